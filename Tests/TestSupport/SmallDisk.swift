import Foundation

/// A file system of its own in memory, of few megabytes; needs root, as the tests of CI have.
public enum SmallDisk {
  public static var isPossible: Bool {
    get async { (try? await with("size=1m") { _ in true }) ?? false }
  }

  /// - Parameter options: of mount(8), for a tmpfs.
  public static func with<T>(_ options: String, _ body: (String) async throws -> T) async throws
    -> T
  {
    let folder = try TemporaryDirectory()
    try await mount("-t", "tmpfs", "-o", options, "tmpfs", folder.path)
    let result: Result<T, any Error>
    do { result = .success(try await body(folder.path)) } catch { result = .failure(error) }
    _ = try await run("/bin/umount", arguments: ["-l", folder.path])
    return try result.get()
  }

  public static func mount(_ arguments: String...) async throws {
    let result = try await run("/bin/mount", arguments: arguments)
    guard result.status == 0 else { throw TestSupportError(result.standardError) }
  }

  /// Writes a file, or more of one that is there, until the disk has no more room.
  public static func fill(_ path: String) throws {
    if !FileManager.default.fileExists(atPath: path) {
      _ = FileManager.default.createFile(atPath: path, contents: nil)
    }
    guard let file = FileHandle(forWritingAtPath: path) else {
      throw TestSupportError("cannot write \(path)")
    }
    defer { try? file.close() }
    try file.seekToEnd()
    for size in [1 << 16, 1 << 12] {
      while (try? file.write(contentsOf: Data(count: size))) != nil {}
    }
  }
}
