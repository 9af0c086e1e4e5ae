import TrackingFile

/// A row that may not come in yet, as a list has it.
public struct HeldRow: Sendable, Hashable {
  public var account: HeldAccount
  /// The printable path of its file, and the line there.
  public var file: String
  public var line: Int
  /// When it came: seconds since 1970.
  public var receivedAt: Int64
  /// The line as it came.
  public var raw: [UInt8]

  package init(account: HeldAccount, file: String, line: Int, receivedAt: Int64, raw: [UInt8]) {
    self.account = account
    self.file = file
    self.line = line
    self.receivedAt = receivedAt
    self.raw = raw
  }
}

extension HeldRun {
  /// The rows of the run, which belong to an account pair.
  public func rows(of account: HeldAccount) -> [HeldRow] {
    rows.map {
      HeldRow(
        account: account, file: origin.path, line: $0.line, receivedAt: origin.receivedAt,
        raw: $0.raw)
    }
  }
}
