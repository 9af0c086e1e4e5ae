import Foundation

/// Makes a pair of ed25519 keys in OpenSSH's form, by the system's ssh-keygen.
enum KeyMaker {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private static let tool = "ssh-keygen"

  static var isToolInstalled: Bool { InstalledTools.has(tool) }

  /// What to do where the tool is missing.
  static let advice =
    "ssh-keygen is not installed, so no key can be made here: install the package openssh-client, or make one "
    + "elsewhere (ssh-keygen -t ed25519 -N '' -f FILE) and give its path"

  /// - Parameter path: of the private key; nothing may be there. The public one goes to `path.pub`.
  static func make(_ path: String) throws(Failure) {
    guard isToolInstalled else { throw Failure(description: advice) }
    let file = "'" + path.replacing("'", with: "'\\''") + "'"
    let command = "exec \(tool) -q -t ed25519 -N '' -C colisd -f \(file) </dev/null 2>&1"
    guard let output = popen(command, "re") else {
      throw Failure(description: "\(tool) cannot be started: \(String(cString: strerror(errno)))")
    }
    var words = ""
    var buffer = [CChar](repeating: 0, count: 1_024)
    while fgets(&buffer, Int32(buffer.count), output) != nil {
      words += buffer.withUnsafeBufferPointer { pointer in
        pointer.baseAddress.map { String(cString: $0) } ?? ""
      }
    }
    let status = pclose(output)
    guard status == 0 else {
      let reason = words.split(separator: "\n").joined(separator: " ")
      throw Failure(
        description: "\(tool) could not make \(path)\(reason.isEmpty ? "" : ": \(reason)")")
    }
    chmod(path, 0o600)
  }

  /// The line that the carrier needs; nil if there is none beside the private key.
  static func publicHalf(of path: String) -> String? {
    guard case .success(let file) = EditedFile.read(path + ".pub", atMost: 16_384),
      let text = String(validating: file.bytes, as: UTF8.self)
    else { return nil }
    return text.split(separator: "\n").first.map(String.init)
  }
}
