/// A parcel: a number under an account pair, because merchants must not see each other's parcels and
/// numbers come again over the years.
public struct ParcelOfAccount: Hashable, Sendable {
  public var number: ParcelNumber
  public var account: AccountPair

  public init(number: ParcelNumber, account: AccountPair) {
    self.number = number
    self.account = account
  }
}
