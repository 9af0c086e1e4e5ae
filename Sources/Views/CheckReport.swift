/// What `colisd check` found.
public struct CheckReport: Sendable {
  /// One thing that was checked.
  public struct Finding: Sendable {
    public var what: String
    public var isGood: Bool
    public var text: String

    public init(what: String, isGood: Bool, text: String) {
      self.what = what
      self.isGood = isGood
      self.text = text
    }
  }

  public let findings: [Finding]
  public let isGood: Bool

  public init(_ findings: [Finding], isGood: Bool) {
    self.findings = findings
    self.isGood = isGood
  }

  public var json: JSON {
    .object([("ok", .bool(isGood)), ("findings", .array(objects))])
  }

  package static let keys = ["what", "ok", "text"]

  /// One object per finding.
  public var objects: [JSON] {
    findings.map {
      .object([
        ("what", .string($0.what)), ("ok", .bool($0.isGood)), ("text", .string($0.text)),
      ])
    }
  }

  public var text: String {
    findings.map { finding in
      let text = singleLine(finding.text)
      guard !finding.isGood else { return "ok     \(finding.what): \(text)\n" }
      // Other errors name their file themselves.
      let isNamed = ["feed", "look"].contains(finding.what)
      return "error  \(isNamed ? "\(finding.what): " : "")\(text)\n"
    }.joined()
  }
}
