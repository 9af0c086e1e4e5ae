import TestSupport

/// What a test's `colisd.yaml` says, section by section, key by key.
struct Settings: Sendable {
  /// The values are written as they are, so `"[a, b]"` is a list.
  typealias Section = [String: String]

  var source: Section
  /// Further ones, after that one; then the file has `sources`.
  var others: [Section] = []
  /// A drop that nobody writes to needs no second look.
  var poll: Section = ["interval": "1s", "max-backoff": "2s", "settle": "none"]
  var layout: Section = [:]
  var statusMap: Section = ["file": "status-map.yaml"]
  var contracts: Section = ["directory": "contracts.d"]
  var store: Section = ["url": "\"sqlite:colisd.db\""]
  var workers: Section = [:]
  var retention: Section = [:]
  var log: Section = [:]
  var http: Section = [:]
  var heartbeat: Section = [:]
  var webhooks: [Section] = []

  /// A source that the configuration accepts; files are removed as soon as they are read, where they
  /// are removed at all.
  init(
    host: String = "127.0.0.1", port: UInt16, username: String, hostKey: String, directory: String
  ) {
    source = [
      "host": host, "port": "\(port)", "username": username, "host-keys": "[\"\(hostKey)\"]",
      "directory": "\"\(directory)\"", "timeout": "20s", "grace": "0s",
    ]
  }

  /// The real server of the test, with the key that it lets in.
  init(_ server: OpenSSHServer) async throws {
    self.init(
      port: server.port, username: server.username, hostKey: try await server.fingerprint(),
      directory: server.drop.path)
    source["private-key"] = try await server.userKey()
  }

  /// The same with another port.
  init(_ server: OpenSSHServer, port: UInt16) async throws {
    try await self.init(server)
    source["port"] = "\(port)"
  }

  var yaml: String {
    let sections = [
      ("source", others.isEmpty ? source : [:]), ("poll", poll), ("layout", layout),
      ("status-map", statusMap),
      ("contracts", contracts), ("store", store), ("workers", workers),
      ("retention", retention), ("log", log), ("http", http),
      ("heartbeat", heartbeat),
    ]
    let list = others.isEmpty ? [] : [source] + others
    return Self.list("sources", list) + Self.list("webhooks", webhooks)
      + sections.filter { !$0.1.isEmpty }.map { name, section in
        "\(name):\n"
          + section.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value)\n" }.joined()
      }.joined()
  }

  private static func list(_ name: String, _ elements: [Section]) -> String {
    elements.isEmpty ? "" : "\(name):\n" + elements.map(element).joined()
  }

  /// An element of a list.
  private static func element(_ section: Section) -> String {
    section.sorted { $0.key < $1.key }.enumerated().map { index, entry in
      "\(index == 0 ? "  - " : "    ")\(entry.key): \(entry.value)\n"
    }.joined()
  }
}
