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

  /// Writes a file and gives its path. Under a name that is new the file is there as a whole, and not before: somebody
  /// may look at the folder at any moment. One that is there already is written over in its place.
  @discardableResult
  public func write(_ name: String, _ content: some Sequence<UInt8>) throws -> String {
    let data = Data(content)
    var status = stat()
    guard lstat(file(name), &status) != 0 else { return try writeInPlace(name, data) }
    // Beside the folder, where nobody looks and the file system is the same.
    let part = "\(path).\(UUID().uuidString)"
    // Nothing is left of it, also where the disk is full.
    defer { unlink(part) }
    try data.write(to: URL(filePath: part))
    if rename(part, file(name)) == 0 { return file(name) }
    // Another file system is mounted in the folder, or it lacks the one that the name is in.
    return try writeInPlace(name, data)
  }

  @discardableResult
  public func write(_ name: String, _ text: String) throws -> String {
    try write(name, text.utf8)
  }

  /// Writes a file bit by bit, as an editor may do it, whether it is there already or not.
  @discardableResult
  public func writeInPlace(_ name: String, _ content: some Sequence<UInt8>) throws -> String {
    try Data(content).write(to: URL(filePath: file(name)))
    return file(name)
  }
}

/// Why a test's helper could not do its part; the test fails with it.
public struct TestSupportError: Error, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}

/// Looks again and again until the condition holds: soon at first, then less often, as looking may cost more than what is
/// waited for. Whoever was stopped meanwhile still has its looks, whatever the clock says.
/// - Throws: when it does not within the time.
public func eventually(
  within limit: Duration = .seconds(30), _ what: @autoclosure () -> String,
  _ condition: () async throws -> Bool
) async throws {
  let start = ContinuousClock.now
  var pause = Duration.milliseconds(5)
  var looks = 0
  while try await !condition() {
    looks += 1
    let time = ContinuousClock.now - start
    guard time < limit || (looks < 100 && time < limit * 4) else {
      throw TestSupportError("\(what()): not within \(limit)")
    }
    try await Task.sleep(for: pause)
    pause = min(pause * 1.25, .milliseconds(20))
  }
}
