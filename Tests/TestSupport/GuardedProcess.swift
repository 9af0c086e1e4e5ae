import Foundation

/// A server that ends when its standard input's other end does: also when the test is killed.
final class GuardedProcess: Sendable {
  private let shell: RunningProcess
  /// Held open while the server is to run.
  private let life = Pipe.lifeline()

  private static let guardian = """
    folder=$1
    shift
    exec 3<&0
    "$@" 3<&- &
    server=$!
    (read -r line <&3; kill $server) &
    reader=$!
    wait $server
    kill $reader
    [ -z "$folder" ] || rm -rf "$folder"
    """

  convenience init(_ command: String...) throws { try self.init(command) }

  /// - Parameter folder: removed when the server has ended, also where the test is gone by then.
  init(_ command: [String], removing folder: String? = nil) throws {
    shell = try RunningProcess(
      "/bin/sh", ["-c", Self.guardian, "sh", folder ?? ""] + command,
      input: .descriptor(life.fileHandleForReading.fileDescriptor))
  }

  var hasEnded: Bool { shell.hasEnded }

  /// Kills the server and every session of it at once, as a power cut would.
  func kill() {
    for child in Self.descendants(of: shell.identifier) { Foundation.kill(child, SIGKILL) }
  }

  func stop() async {
    kill()
    await shell.waitForExit()
  }

  private static func descendants(of parent: Int32) -> [Int32] {
    var parents: [Int32: Int32] = [:]
    for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
      guard let pid = Int32(name),
        let stat = try? String(contentsOfFile: "/proc/\(name)/stat", encoding: .utf8),
        let end = stat.lastIndex(of: ")")
      else { continue }
      let fields = stat[end...].split(separator: " ")
      if fields.count > 2, let ppid = Int32(fields[2]) { parents[pid] = ppid }
    }
    var found: [Int32] = []
    var next = [parent]
    while let pid = next.popLast() {
      let children = parents.filter { $0.value == pid }.keys
      found += children
      next += children
    }
    return found
  }
}

extension Pipe {
  /// A pipe whose end means that the test is over: no other program that the test starts holds it open.
  public static func lifeline() -> Pipe {
    let pipe = Pipe()
    for end in [pipe.fileHandleForReading, pipe.fileHandleForWriting] {
      _ = fcntl(end.fileDescriptor, F_SETFD, FD_CLOEXEC)
    }
    return pipe
  }
}
