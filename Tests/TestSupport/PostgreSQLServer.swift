import Foundation
import Synchronization

/// A private PostgreSQL server on a free port of loopback, with a folder of its own, for one test.
///
/// ```swift
/// @Test(.postgreSQL()) func answers() async throws {
///   let url = try PostgreSQLServer.current.url
///   …
/// }
/// ```
public final class PostgreSQLServer: Sendable {
  @TaskLocal static var running: PostgreSQLServer?

  /// The server that the test's trait has started.
  public static var current: PostgreSQLServer {
    get throws {
      guard let running else { throw TestSupportError("the test lacks the trait .postgreSQL()") }
      return running
    }
  }

  public let port: UInt16
  let folder: TemporaryDirectory
  private let process: Mutex<GuardedProcess>

  /// The database that is there at the beginning; whoever is on this machine may get in.
  public var url: String { "postgresql://postgres@127.0.0.1:\(port)/postgres" }
  /// By the socket of the server.
  public var socketURL: String {
    "postgresql:///postgres?host=\(folder.path)&port=\(port)&user=postgres"
  }

  private init(_ folder: TemporaryDirectory, _ port: UInt16, _ process: GuardedProcess) {
    self.folder = folder
    self.port = port
    self.process = Mutex(process)
  }

  /// Runs a server for the time of the body.
  /// - Parameters:
  ///   - settings: lines of postgresql.conf.
  ///   - options: of initdb.
  public static func withServer<R>(
    settings: [String] = [], options: [String] = [],
    isolation: isolated (any Actor)? = #isolation,
    _ body: (PostgreSQLServer) async throws -> R
  ) async throws -> R {
    try await running(try await start(settings, options: options), body)
  }

  /// Stops a server after the body, however that ends.
  static func running<R>(
    _ server: PostgreSQLServer, isolation: isolated (any Actor)? = #isolation,
    _ body: (PostgreSQLServer) async throws -> R
  ) async throws -> R {
    do {
      let result = try await body(server)
      await server.stop()
      return result
    } catch {
      await server.stop()
      throw error
    }
  }

  // MARK: Life

  /// - Parameters:
  ///   - folder: where its cluster is made; nil: in one of its own.
  ///   - outlivesItsUsers: whether it runs until this process ends, however that happens.
  static func start(
    _ settings: [String], options: [String] = [], in folder: TemporaryDirectory? = nil,
    outlivesItsUsers: Bool = false
  ) async throws -> PostgreSQLServer {
    let folder = try folder ?? TemporaryDirectory()
    try await makeCluster(settings, options, in: folder)
    return try await start(folder, outlivesItsUsers: outlivesItsUsers)
  }

  /// - Parameter folder: has a cluster as its `data`.
  static func start(
    _ folder: TemporaryDirectory, outlivesItsUsers: Bool = false
  ) async throws -> PostgreSQLServer {
    // Somebody may take the port between looking for it and using it.
    for _ in 0..<5 {
      let port = try freePort()
      let process = try launch(
        folder, port: port, removing: outlivesItsUsers ? folder.path : nil)
      let server = PostgreSQLServer(folder, port, process)
      if try await server.becomesReady() { return server }
    }
    throw TestSupportError("PostgreSQL did not start")
  }

  /// Starts a server again that was killed or has given up; at the same port.
  public func startAgain() async throws {
    try await ends()
    // A session that was killed while it waited for the disk still has the memory that all of them share, with which no
    // server starts.
    for _ in 0..<100 {
      // What was killed leaves its pid file, which says that it is ready.
      try? FileManager.default.removeItem(atPath: pidFile)
      let new = try Self.launch(folder, port: port)
      process.withLock { $0 = new }
      if try await becomesReady() { return }
      try await Task.sleep(for: .milliseconds(100))
    }
    throw TestSupportError("PostgreSQL did not start again")
  }

  private static func launch(
    _ folder: TemporaryDirectory, port: UInt16, removing removed: String? = nil
  ) throws -> GuardedProcess {
    try GuardedProcess(
      owner + [
        try program("postgres"), "-D", folder.file("data"), "-k", folder.path, "-p", "\(port)",
        "-c", "listen_addresses=127.0.0.1", "-c", "logging_collector=off",
      ], removing: removed)
  }

  private var pidFile: String { folder.file("data/postmaster.pid") }

  public var hasEnded: Bool { process.withLock { $0.hasEnded } }

  /// Waits until all of its processes are gone.
  public func ends() async throws { try await eventually("PostgreSQL ends") { hasEnded } }

  /// - Returns: false: it has ended instead.
  private func becomesReady() async throws -> Bool {
    try await eventually("PostgreSQL listens") { hasEnded || isReady }
    return !hasEnded
  }

  /// The last line of its pid file says how far it is.
  private var isReady: Bool {
    let lines = (try? String(contentsOfFile: pidFile, encoding: .utf8))?.split(separator: "\n")
    return lines?.count ?? 0 > 7 && lines?[7].hasPrefix("ready") == true
  }

  /// A folder in which the server may write.
  static func makeFolder() async throws -> TemporaryDirectory {
    let folder = try TemporaryDirectory()
    try await giveToServer(folder.path)
    return folder
  }

  /// The server refuses to be root, so where a test is, it gives folders away.
  public static func giveToServer(_ path: String) async throws {
    if geteuid() == 0 { try await succeed("/bin/chown", ["postgres:postgres", path]) }
  }

  private static func makeCluster(
    _ settings: [String], _ options: [String], in folder: TemporaryDirectory
  ) async throws {
    try await giveToServer(folder.path)
    try await succeed(
      owner + [
        try program("initdb"), "-D", folder.file("data"), "-A", "trust", "-U", "postgres",
        "--no-sync", "--locale=C", "-E", "UTF8",
      ] + options)
    let configuration = FileHandle(forWritingAtPath: folder.file("data/postgresql.conf"))
    try configuration?.seekToEnd()
    try configuration?.write(
      contentsOf: Data((settings + [""]).joined(separator: "\n").utf8))
    try configuration?.close()
  }

  /// Ends every session at once, as a power cut would.
  public func kill() { process.withLock { $0.kill() } }

  private func stop() async {
    // SIGQUIT ends it at once, and it still gives its shared memory back. A server that was killed leaves its number,
    // which may be another program's by now.
    let pid = (try? String(contentsOfFile: pidFile, encoding: .utf8))?
      .split(separator: "\n").first.flatMap { Int32($0) }
    if let pid, !hasEnded { Foundation.kill(pid, SIGQUIT) }
    try? await eventually(within: .seconds(10), "PostgreSQL ends") { hasEnded }
    let process = process.withLock { $0 }
    await process.stop()
  }

  // MARK: Programs

  /// Runs a command as the user of the server where this one is root.
  static var owner: [String] {
    geteuid() == 0
      ? [
        "/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups",
      ] : []
  }

  /// Of the newest version that is installed.
  static func program(_ name: String) throws -> String {
    let root = "/usr/lib/postgresql"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    guard let newest = versions.compactMap({ Int($0) }).max() else {
      throw TestSupportError("PostgreSQL is not installed: run make test-packages")
    }
    return "\(root)/\(newest)/bin/\(name)"
  }

  private static func succeed(_ executable: String, _ arguments: [String]) async throws {
    let result = try await run(executable, arguments: arguments)
    guard result.status == 0 else {
      throw TestSupportError("\(executable) failed: \(result.standardError)")
    }
  }

  static func succeed(_ command: [String]) async throws {
    try await succeed(command[0], Array(command.dropFirst()))
  }
}
