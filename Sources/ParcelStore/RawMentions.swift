/// Held rows and rejected lines that carry the number of a parcel. They are not events, so its
/// timeline does not show them.
public struct RawMentions: Sendable {
  /// Held rows of one account pair.
  public struct Held: Sendable {
    public var account: HeldAccount
    public var rows: Int
    /// Where the first of them stands.
    public var file: String
    public var line: Int

    package init(account: HeldAccount, rows: Int, file: String, line: Int) {
      self.account = account
      self.rows = rows
      self.file = file
      self.line = line
    }
  }

  public var held: [Held] = []
  /// Lines that could not be read, and where the first of them stands.
  public var rejected = 0
  public var firstRejected: RejectedLine?

  public init() {}

  public var isEmpty: Bool { held.isEmpty && rejected == 0 }
}
