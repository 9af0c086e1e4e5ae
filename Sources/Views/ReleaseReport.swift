import Carrier
import Contract

/// What a release of held rows did.
public struct ReleaseReport: Sendable {
  /// Rows of one account pair that came in.
  public struct Line: Sendable {
    public var account: AccountPair
    public var service: ServiceReference
    public var new: Int
    public var repeated: Int

    public init(account: AccountPair, service: ServiceReference, new: Int, repeated: Int) {
      self.account = account
      self.service = service
      self.new = new
      self.repeated = repeated
    }
  }

  public let lines: [Line]
  /// How many rows stay held.
  public let left: Int

  public init(_ lines: [Line], left: Int) {
    self.lines = lines
    self.left = left
  }

  public var text: String {
    var table = Table(
      ["account", "account ID", "contract", "service", "new", "repeated"], numbers: [4, 5])
    for line in lines {
      table.add([
        line.account.account, line.account.accountID, line.service.contract,
        line.service.kind.rawValue, "\(line.new)", "\(line.repeated)",
      ])
    }
    let rest =
      left == 0
      ? "nothing is held any more"
      : "\(countedRows(left)) \(left == 1 ? "stays" : "stay") held: colisd held tells why"
    return (lines.isEmpty ? "nothing to release; " : table.text) + rest + "\n"
  }
}
