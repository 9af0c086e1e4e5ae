import Foundation

/// A fresh directory that is removed, with all that is in it, when the last reference goes.
public final class TemporaryDirectory: Sendable {
  public let url: URL
  public var path: String { url.path }

  public convenience init() throws { try self.init(in: FileManager.default.temporaryDirectory) }

  init(in parent: URL) throws {
    let template = parent.appending(path: "colisd-test-XXXXXX")
    var bytes = Array(template.path.utf8CString)
    guard mkdtemp(&bytes) != nil else {
      throw TestSupportError(
        "cannot make a temporary directory: \(String(cString: strerror(errno)))")
    }
    url = URL(
      filePath: bytes.withUnsafeBufferPointer {
        String(decoding: $0.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
      })
  }

  /// In memory where the system has a folder there with this many bytes free; otherwise among the others.
  static func inMemory(of bytes: Int) throws -> TemporaryDirectory {
    let memory = URL(filePath: "/dev/shm")
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: memory.path)
    let free = (attributes?[.systemFreeSize] as? NSNumber)?.intValue ?? 0
    return try free >= bytes ? TemporaryDirectory(in: memory) : TemporaryDirectory()
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// The path of a file in it.
  public func file(_ name: String) -> String { url.appending(path: name).path }

  /// Writes a file and gives its path.
  @discardableResult
  public func write(_ name: String, _ content: some Sequence<UInt8>) throws -> String {
    let path = file(name)
    try Data(content).write(to: URL(filePath: path))
    return path
  }

  @discardableResult
  public func write(_ name: String, _ text: String) throws -> String {
    try write(name, text.utf8)
  }
}

/// Why a test's helper could not do its part; the test fails with it.
public struct TestSupportError: Error, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}

/// Looks again and again until the condition holds: soon at first, then less often, as looking may cost more than what is
/// waited for.
/// - Throws: when it does not within the time.
public func eventually(
  within limit: Duration = .seconds(30), _ what: String, _ condition: () async throws -> Bool
) async throws {
  let deadline = ContinuousClock.now + limit
  var pause = Duration.milliseconds(5)
  while try await !condition() {
    guard .now < deadline else { throw TestSupportError("\(what): not within \(limit)") }
    try await Task.sleep(for: pause)
    pause = min(pause * 1.25, .milliseconds(20))
  }
}
