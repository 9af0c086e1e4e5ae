import Foundation

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
  private let folder: TemporaryDirectory
  private let process: GuardedProcess

  /// The database that is there at the beginning; whoever is on this machine may get in.
  public var url: String { "postgresql://postgres@127.0.0.1:\(port)/postgres" }
  /// By the socket of the server.
  public var socketURL: String {
    "postgresql:///postgres?host=\(folder.path)&port=\(port)&user=postgres"
  }

  private init(_ folder: TemporaryDirectory, _ port: UInt16, _ process: GuardedProcess) {
    self.folder = folder
    self.port = port
    self.process = process
  }

  /// Runs a server for the time of the body.
  /// - Parameter settings: lines of postgresql.conf.
  public static func withServer<R>(
    settings: [String] = [], isolation: isolated (any Actor)? = #isolation,
    _ body: (PostgreSQLServer) async throws -> R
  ) async throws -> R {
    let server = try await start(settings)
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

  /// - Parameter outlivesItsUsers: whether it runs until this process ends, however that happens.
  static func start(
    _ settings: [String], outlivesItsUsers: Bool = false
  ) async throws -> PostgreSQLServer {
    let folder = try await makeCluster(settings)
    // Somebody may take the port between looking for it and using it.
    for _ in 0..<5 {
      let port = try freePort()
      let process = try GuardedProcess(
        owner + [
          try program("postgres"), "-D", folder.file("data"), "-k", folder.path, "-p", "\(port)",
          "-c", "listen_addresses=127.0.0.1", "-c", "logging_collector=off",
        ], removing: outlivesItsUsers ? folder.path : nil)
      let server = PostgreSQLServer(folder, port, process)
      try await eventually("PostgreSQL listens") { process.hasEnded || server.isReady }
      if !process.hasEnded { return server }
    }
    throw TestSupportError("PostgreSQL did not start")
  }

  /// The last line of its pid file says how far it is.
  private var isReady: Bool {
    let lines = (try? String(contentsOfFile: folder.file("data/postmaster.pid"), encoding: .utf8))?
      .split(separator: "\n")
    return lines?.count ?? 0 > 7 && lines?[7].hasPrefix("ready") == true
  }

  private static func makeCluster(_ settings: [String]) async throws -> TemporaryDirectory {
    let folder = try TemporaryDirectory()
    if geteuid() == 0 {
      // The server refuses to be root.
      try await succeed("/bin/chown", ["postgres:postgres", folder.path])
    }
    try await succeed(
      owner + [
        try program("initdb"), "-D", folder.file("data"), "-A", "trust", "-U", "postgres",
        "--no-sync", "--locale=C", "-E", "UTF8",
      ])
    let configuration = FileHandle(forWritingAtPath: folder.file("data/postgresql.conf"))
    try configuration?.seekToEnd()
    try configuration?.write(
      contentsOf: Data((settings + [""]).joined(separator: "\n").utf8))
    try configuration?.close()
    return folder
  }

  /// Ends every session at once, as a power cut would.
  public func kill() { process.kill() }

  private func stop() async {
    // SIGQUIT ends it at once, and it still gives its shared memory back.
    let pid = (try? String(contentsOfFile: folder.file("data/postmaster.pid"), encoding: .utf8))?
      .split(separator: "\n").first.flatMap { Int32($0) }
    if let pid { Foundation.kill(pid, SIGQUIT) }
    try? await eventually(within: .seconds(10), "PostgreSQL ends") { process.hasEnded }
    await process.stop()
  }

  // MARK: Programs

  /// Runs a command as the user of the server where this one is root.
  private static var owner: [String] {
    geteuid() == 0
      ? [
        "/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups",
      ] : []
  }

  /// Of the newest version that is installed.
  private static func program(_ name: String) throws -> String {
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

  private static func succeed(_ command: [String]) async throws {
    try await succeed(command[0], Array(command.dropFirst()))
  }
}
