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
}
