import Foundation
import TestSupport
import Testing

/// Somebody with endpoints, a drop and a daemon that delivers to them.
struct Shop: Sendable {
  static let secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
  /// A part of each URL that is nobody else's business.
  static let word = "3f9a-not-for-the-log"

  let workspace: Workspace
  let server: OpenSSHServer
  /// What the configuration says with all endpoints.
  let settings: Settings
  /// Of the daemon and of commands that send.
  let environment: [String: String]

  /// With an endpoint `shop` for the first path, `second` for the next one, and so on.
  /// - Parameters:
  ///   - endpoints: each a receiver and the path at it; `url(_:)` makes the whole path of it.
  ///   - change: of the configuration.
  init(
    _ server: OpenSSHServer, _ endpoints: [(receiver: HTTPReceiver, path: String)],
    _ change: (inout Settings) -> Void = { _ in }
  ) async throws {
    self.server = server
    workspace = try Workspace()
    workspace.hide(Self.word)
    var settings = try await Settings(server)
    let secret = try workspace.secret("webhook", Self.secret)
    for (endpoint, name) in zip(endpoints, Self.names) {
      settings.webhooks.append(
        Self.section(name, endpoint.receiver.url(Self.path(endpoint.path)), secret))
    }
    change(&settings)
    self.settings = settings
    try workspace.configure(settings)
    var pem = ""
    for certificate in endpoints.compactMap(\.receiver.certificate) {
      pem += try String(contentsOfFile: certificate.authority, encoding: .utf8)
    }
    let authorities = try workspace.folder.write("authorities.pem", pem)
    environment = pem.isEmpty ? [:] : ["SSL_CERT_FILE": authorities]
  }

  /// With one endpoint.
  init(
    _ server: OpenSSHServer, _ receiver: HTTPReceiver, _ path: String = "/ok",
    _ change: (inout Settings) -> Void = { _ in }
  ) async throws {
    try await self.init(server, [(receiver, path)], change)
  }

  private static let names = ["shop", "second", "third", "fourth"]

  /// A path of a receiver as the URLs of the configuration have it.
  static func path(_ path: String) -> String { "\(path)/\(word)" }

  /// An endpoint as the configuration has it.
  static func section(_ name: String, _ url: String, _ secret: String) -> Settings.Section {
    [
      "name": name, "url": "\"\(url)\"", "secret": secret,
      "allow-networks": "[\"127.0.0.0/8\"]", "rate": "100000/s",
    ]
  }

  /// Starts a daemon, and waits until it has begun with each endpoint: what comes from then on is delivered.
  /// - Parameter clock: nil: that of the machine.
  func start(clock: DaemonClock? = nil) async throws -> Daemon {
    try await start(environment: try await clock?.environment() ?? [:])
  }

  func start(environment more: [String: String]) async throws -> Daemon {
    let daemon = try workspace.start("run", environment: environment.merging(more) { $1 })
    do {
      try await eventually("the daemon delivers") {
        if daemon.process.hasEnded { return true }
        let states = try await states()
        return !states.isEmpty && states.allSatisfy { $0.state.string != "new" }
      }
    } catch {
      throw TestSupportError("\(error): \(daemon.log)")
    }
    guard !daemon.process.hasEnded else {
      throw TestSupportError("colisd ended with \(daemon.process.status ?? -1): \(daemon.log)")
    }
    return daemon
  }

  /// The endpoints as `colisd webhooks --json` gives them; none as long as there is no store.
  func states() async throws -> [JSONValue] {
    let result = try await workspace.run("webhooks", "--json")
    guard result.status == Exit.done else { return [] }
    return try JSONValue(result.standardOutput).elements
  }

  func state(of name: String = "shop") async throws -> JSONValue {
    try await states().first { $0.name.string == name } ?? .null
  }

  /// Waits until an endpoint's state is as it should be.
  @discardableResult
  func waits(
    for what: String, of name: String = "shop", within limit: Duration = .seconds(30),
    _ isRight: (JSONValue) -> Bool
  ) async throws -> JSONValue {
    var state = JSONValue.null
    do {
      try await eventually(within: limit, what) {
        state = try await self.state(of: name)
        return isRight(state)
      }
    } catch {
      throw TestSupportError("\(error): \(state)")
    }
    return state
  }

  /// Runs a command of `colisd webhooks`, which has to end as expected.
  @discardableResult
  func webhooks(
    _ arguments: String..., status: Int32 = Exit.done,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> ProcessResult {
    let result = try await workspace.run(
      ["webhooks"] + arguments, environment: environment, sourceLocation: sourceLocation)
    #expect(
      result.status == status, "\(result.standardOutput)\(result.standardError)",
      sourceLocation: sourceLocation)
    return result
  }

  /// Puts a file into the drop.
  func put(_ rows: [TrackingRow], as name: String = "a.csv") throws {
    // Whole at once: it is taken as soon as it is seen.
    let new = try workspace.folder.write("new.csv", rows.file())
    try FileManager.default.moveItem(atPath: new, toPath: server.drop.file(name))
  }
}

extension [TrackingRow] {
  /// Of the last hours, so that no endpoint takes them for old: all parcels' first step, then all parcels' second
  /// one, and so on.
  /// - Parameter first: the number of the first parcel.
  static func fresh(parcels: Int, steps: Int = 5, from first: Int = 0) -> [TrackingRow] {
    let begin = Date.now.addingTimeInterval(-3 * 3_600)
    return (0..<steps).flatMap { step in
      let date = Paris.text(begin.addingTimeInterval(Double(step) * 600))
      return (first..<first + parcels).map { number in
        var row = TrackingRow(parcel: number, step: step)
        row.date = date
        return row
      }
    }
  }
}

extension Shop {
  /// Takes a file in while nobody knows of endpoints.
  func addWithoutEndpoints(_ rows: [TrackingRow], as name: String = "a.csv") async throws {
    var settings = settings
    settings.webhooks = []
    try workspace.configure(settings)
    try put(rows, as: name)
    try await workspace.drain()
    try workspace.configure(self.settings)
  }
}
