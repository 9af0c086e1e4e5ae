import Foundation
import TestSupport
import Testing

/// A contract as a merchant writes it into `contracts.d`, complete unless a test takes something away.
struct ContractText: Sendable {
  /// The services with their fields, in the order of the form.
  static let form: [(service: String, fields: [String])] = [
    ("home-fr", ["username", "password", "account", "account-id", "control-key"]),
    ("home-be", ["username", "password", "account", "account-id"]),
    ("relay", ["username", "password", "account-id", "account"]),
    ("returns", ["username", "password", "account-id", "account", "destination-code"]),
  ]

  private static let secrets = [
    "password": "{ file: ../secrets/dupont-home-fr.password }",
    "control-key": "{ file: ../secrets/dupont-home-fr.control-key }",
  ]

  var name: String?
  var plan = "growth"
  var active = "true"
  var requested: String? = "2026-06-15"
  var silence: String?
  private var services: [String: [String: String]] = [:]

  /// With one service.
  init(_ service: String = "home-fr", account: String = "C7", accountID: String = "EM990001") {
    fill(service, account: account, accountID: accountID)
  }

  /// Adds a service with all its fields.
  mutating func fill(_ service: String, account: String, accountID: String) {
    let own = ["username": "NEUFWS", "destination-code": "DST01"]
    for field in Self.form.first(where: { $0.service == service })?.fields ?? [] {
      self[service, field] =
        switch field {
        case "account": account
        case "account-id": accountID
        default: Self.secrets[field] ?? own[field]
        }
    }
  }

  /// A field of a service; nil: the contract lacks it.
  subscript(_ service: String, _ field: String) -> String? {
    get { services[service]?[field] }
    set { services[service, default: [:]][field] = newValue }
  }

  /// Three lines before the first service where it has no name.
  var yaml: String {
    var text = name.map { "name: \($0)\n" } ?? ""
    text += "subscription: { plan: \(plan), active: \(active) }\n"
    let tracking = [("requested", requested), ("silence", silence)].compactMap { key, value in
      value.map { "\(key): \($0)" }
    }
    if !tracking.isEmpty { text += "tracking: { \(tracking.joined(separator: ", ")) }\n" }
    for (service, fields) in Self.form {
      guard let values = services[service] else { continue }
      text += "\(service):\n"
      text += fields.compactMap { field in values[field].map { "  \(field): \($0)\n" } }.joined()
    }
    return text
  }
}

extension Workspace {
  func path(ofContract name: String) -> String { folder.file("contracts.d/\(name).yaml") }

  /// Moves a contract into its place, as editors do: nobody sees half of it.
  func put(_ contract: ContractText, as name: String = "neuf") throws {
    try put(contract.yaml, as: name)
  }

  func put(_ text: String, as name: String) throws {
    let new = try folder.write("contract.new", text)
    guard rename(new, path(ofContract: name)) == 0 else {
      throw TestSupportError("cannot rename \(new): \(String(cString: strerror(errno)))")
    }
  }

  func removeContract(_ name: String) throws {
    try FileManager.default.removeItem(atPath: path(ofContract: name))
  }

  /// Writes the configuration of a workspace that reads local files only.
  func configureWithoutServer(_ change: (inout Settings) -> Void = { _ in }) throws {
    var settings = Settings(
      port: 1, username: "nobody", hostKey: "SHA256:" + String(repeating: "A", count: 43),
      directory: "/out")
    settings.source["private-key"] = "never-read"
    change(&settings)
    try configure(settings)
  }

  /// Runs `colisd ingest` of a local file with these rows.
  func ingest(_ rows: [TrackingRow], as name: String = "rows.csv") async throws {
    try folder.write(name, rows.file())
    let result = try await run("ingest", name)
    guard result.status == Exit.done else { throw TestSupportError(result.standardError) }
  }

  /// A contract as `colisd contracts --json` gives it.
  func contract(_ id: String = "neuf", at moment: Moment? = nil) async throws -> JSONValue {
    try await json(["contracts", "show", id], at: moment)
  }

  /// The feed of a contract's first service.
  func feed(of id: String = "neuf", at moment: Moment? = nil) async throws -> String? {
    try await contract(id, at: moment).services.elements.first?.feed.string
  }

  /// The held rows: `ACCOUNT ID reason rows`, in the order in which they are printed.
  func heldRows() async throws -> [String] {
    try await json("held").elements.map { entry in
      [
        entry.account.string, entry.account_id.string, entry.reason.string,
        entry.rows.integer.map { "\($0)" },
      ].map { $0 ?? "?" }.joined(separator: " ")
    }
  }
}

extension [TrackingRow] {
  /// The same rows under another account.
  func under(_ account: String, _ accountID: String) -> Self {
    map { row in
      var row = row
      (row.account, row.accountID) = (account, accountID)
      return row
    }
  }

  /// Of the account that no sample's contract has, and `ContractText()` has.
  static func stranger(_ count: Int, from first: Int = 0) -> Self {
    TrackingRow.samples(count, from: first).under("C7", "EM990001")
  }
}
