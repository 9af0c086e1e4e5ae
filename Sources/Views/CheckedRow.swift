import Carrier
import Contract
import Status
import TrackingFile

/// What would become of one row of a file.
public struct CheckedRow: Sendable {
  public enum Fate: Hashable, Sendable {
    case new
    /// The store has the event already, from this file and line.
    case stored(file: String, line: Int)
    /// An earlier line of the same file says the same.
    case repeated(line: Int)
    case held(HoldReason)
    /// Counted, and not kept.
    case skipped
    /// Counted, and not kept: older than events are kept.
    case expired
    case rejected(MalformedLine.Reason)
  }

  /// What a readable row says, and what its wording means.
  public struct Content: Sendable {
    public var account: AccountPair
    public var parcel: String
    public var time: EventTime
    public var code: String?
    public var label: String?
    public var site: String?
    public var order: String?
    public var postcode: String?
    public var country: String?
    public var mapped = MappedMeaning.unmapped
    /// Where the rule of the status map stands: `status-map.yaml:12:3` or `built-in`; nil: no rule matched.
    public var rulePlace: String?
    /// The service that the gate admits it for.
    public var service: ServiceReference?

    public init(account: AccountPair, parcel: String, time: EventTime) {
      self.account = account
      self.parcel = parcel
      self.time = time
    }
  }

  /// The line in the file, counted from 1.
  public var line: Int
  public var fate: Fate
  /// Nil: the row is rejected.
  public var content: Content?
  /// The text of a rejected row.
  public var raw: String?

  public init(line: Int, fate: Fate, content: Content?, raw: String? = nil) {
    self.line = line
    self.fate = fate
    self.content = content
    self.raw = raw
  }
}

extension CheckedRow {
  /// What the gate and the store say, in words.
  var verdict: (gate: String, store: String) {
    let service = content?.service.map { "\($0.contract) \($0.kind.rawValue)" } ?? "-"
    return switch fate {
    case .new: (service, "new")
    case .stored(let file, let line): (service, "has it from \(file):\(line)")
    case .repeated(let line): (service, "same as line \(line)")
    case .held(let reason): ("held: \(reason.rawValue)", "-")
    case .skipped: ("skipped: unknown-account", "-")
    case .expired: (service, "skipped: older than retention.events")
    case .rejected(let reason): ("rejected: \(reason.rawValue)", "-")
    }
  }

  /// A line of the table: line, parcel, account, time, meaning, rule, gate, store.
  var cells: [String?] {
    let (gate, store) = verdict
    guard let content else {
      return ["\(line)", nil, nil, nil, raw.map { String($0.prefix(60)) }, nil, gate, store]
    }
    let isKnown = content.rulePlace != nil
    let words = [content.code, content.label].compactMap { $0 }.joined(separator: " ")
    return [
      "\(line)", content.parcel, "\(content.account.account)/\(content.account.accountID)",
      content.time.when,
      isKnown ? content.mapped.meaning.text : "unmapped: \(words)",
      content.rulePlace.map { place in
        let name = content.mapped.rule.map(Self.ruleName)
        // People know the folder.
        let file = place.split(separator: "/").last.map(String.init)
        return [file, name].compactMap { $0 }.joined(separator: " ")
      }, gate, store,
    ]
  }

  /// A rule without the map's name before it: `code "LIV"`.
  private static func ruleName(_ rule: String) -> String {
    let parts = rule.split(separator: ": ", maxSplits: 1)
    return String(parts.last ?? "")
  }

  static let keys = [
    "line", "fate", "reason_against", "account", "account_id", "parcel", "occurred_at", "precision",
    "code", "label", "site", "order", "postcode", "country", "status", "reason", "mode", "rule",
    "rule_at", "contract", "service", "stored", "same_as_line", "raw",
  ]

  var json: JSON {
    let meaning = content?.mapped.meaning
    var stored: JSON = .null
    var sameAs: Int?
    switch fate {
    case .stored(let file, let line):
      stored = .object([("file", .string(file)), ("line", JSON(line))])
    case .repeated(let line): sameAs = line
    default: break
    }
    return .object([
      ("line", JSON(line)), ("fate", .string(fateName)), ("reason_against", JSON(reason)),
      ("account", JSON(content?.account.account)),
      ("account_id", JSON(content?.account.accountID)), ("parcel", JSON(content?.parcel)),
      ("occurred_at", JSON(content?.time.occurredAt)),
      ("precision", JSON(content?.time.precision.name)), ("code", JSON(content?.code)),
      ("label", JSON(content?.label)), ("site", JSON(content?.site)),
      ("order", JSON(content?.order)), ("postcode", JSON(content?.postcode)),
      ("country", JSON(content?.country)), ("status", JSON(meaning?.status.name)),
      ("reason", JSON(meaning?.reason?.name)), ("mode", JSON(meaning?.mode?.name)),
      ("rule", JSON(content?.mapped.rule)), ("rule_at", JSON(content?.rulePlace)),
      ("contract", JSON(content?.service?.contract)),
      ("service", JSON(content?.service?.kind.rawValue)), ("stored", stored),
      ("same_as_line", JSON(sameAs)), ("raw", JSON(raw)),
    ])
  }

  private var fateName: String {
    switch fate {
    case .new: "new"
    case .stored: "stored"
    case .repeated: "repeated"
    case .held: "held"
    case .skipped, .expired: "skipped"
    case .rejected: "rejected"
    }
  }

  private var reason: String? {
    switch fate {
    case .held(let reason): reason.rawValue
    case .rejected(let reason): reason.rawValue
    case .skipped: HoldReason.unknownAccount.rawValue
    case .expired: "retention-expired"
    case .new, .stored, .repeated: nil
    }
  }
}
