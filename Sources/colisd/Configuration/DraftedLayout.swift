import Glibc
import TrackingFile

/// A layout file that is not written yet, read as if it were.
package enum DraftedLayout {
  /// - Throws: what a layout file with this text would be refused for; places are those in the text.
  package static func read(_ yaml: String) throws(ConfigurationError) -> Layout {
    let descriptor = memfd_create("layout", UInt32(MFD_CLOEXEC))
    guard descriptor >= 0 else { throw failure("there is no memory for it") }
    defer { close(descriptor) }
    let bytes = Array(yaml.utf8)
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        write(descriptor, buffer.baseAddress.map { $0 + offset }, bytes.count - offset)
      }
      guard count > 0 else { throw failure("there is no memory for it") }
      offset += count
    }
    do throws(ConfigurationError) {
      return try LayoutFile.read("/proc/self/fd/\(descriptor)")
    } catch {
      throw ConfigurationError(
        error.problems.map { problem in
          ConfigurationProblem(file: name, place: problem.place, sentence: problem.sentence)
        })
    }
  }

  /// What it is called in sentences.
  private static let name = "the guessed layout"

  private static func failure(_ sentence: String) -> ConfigurationError {
    ConfigurationError([ConfigurationProblem(file: name, place: nil, sentence: sentence)])
  }
}
