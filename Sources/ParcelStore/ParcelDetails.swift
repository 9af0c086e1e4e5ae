/// What rows say of a parcel apart from its events; nil: no row has said it.
public struct ParcelDetails: Hashable, Sendable {
  /// The merchant's order reference.
  public var order: String?
  /// The recipient's.
  public var postcode: String?
  public var country: String?

  public init(order: String? = nil, postcode: String? = nil, country: String? = nil) {
    self.order = order
    self.postcode = postcode
    self.country = country
  }
}
