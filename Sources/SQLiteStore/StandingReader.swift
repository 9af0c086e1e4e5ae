import Carrier
import GRDB
import ParcelStore
import Status

/// Reads how parcels stand: by the index of numbers, and what few parcels differ in only once.
struct StandingReader {
  private struct Account {
    var id: Int64
    var contract: String?
  }

  private let db: Database
  private let parcel: RawStatement
  /// Nil: the store does not have it.
  private var accounts: [AccountPair: Account?] = [:]
  private var meanings: [Int64: Meaning] = [:]

  init(_ db: Database) throws {
    self.db = db
    parcel = try RawStatement(
      db,
      """
      SELECT p.order_reference, p.postcode, p.country, c.position, c.wording
      FROM parcel p LEFT JOIN current c ON c.parcel = p.id WHERE p.number = ? AND p.account = ?
      """)
  }

  mutating func standings(
    of parcels: Set<ParcelOfAccount>
  ) throws -> [ParcelOfAccount: ParcelStanding] {
    var standings: [ParcelOfAccount: ParcelStanding] = [:]
    standings.reserveCapacity(parcels.count)
    for parcel in parcels { standings[parcel] = try standing(of: parcel) }
    return standings
  }

  private mutating func standing(of one: ParcelOfAccount) throws -> ParcelStanding? {
    guard let account = try account(one.account) else { return nil }
    parcel.bind(1, copying: one.number.description)
    parcel.bind(2, account.id)
    defer { parcel.reset() }
    guard try parcel.step() else { return nil }
    var standing = ParcelStanding()
    standing.details = ParcelDetails(order: text(0), postcode: text(1), country: text(2))
    standing.contract = account.contract
    guard !parcel.isNull(3) else { return standing }
    standing.since = CurrentPosition(rawValue: parcel.integer(3)).instant
    standing.meaning = try meaning(parcel.integer(4))
    return standing
  }

  private func text(_ column: Int32) -> String? {
    parcel.isNull(column) ? nil : String(decoding: parcel.text(column), as: UTF8.self)
  }

  private mutating func account(_ pair: AccountPair) throws -> Account? {
    if let known = accounts[pair] { return known }
    let row = try db.row(
      """
      SELECT id, (\(Self.contract)) FROM account a WHERE account = ? AND account_id = ?
      """, [pair.account, pair.accountID])
    let account = row.map { Account(id: $0[0], contract: $0[1]) }
    accounts[pair] = .some(account)
    return account
  }

  /// Of the feeds of an account pair, the one whose rows came last.
  private static let contract = """
    SELECT contract FROM feed WHERE account = a.id ORDER BY last_row_at DESC LIMIT 1
    """

  private mutating func meaning(_ wording: Int64) throws -> Meaning {
    if let known = meanings[wording] { return known }
    let row = try db.row("SELECT * FROM wording WHERE id = ?", [wording])
    let meaning = row.map { Meaning(row: $0) } ?? .unmapped
    meanings[wording] = meaning
    return meaning
  }
}
