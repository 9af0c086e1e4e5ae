/// A parcel number or tracking key as customers type it, and what it says.
public struct TypedKey: Sendable {
  public var text: String
  public var postcode: String?
  public var country: String?
  /// As the carrier's public page takes it.
  public var key: String?

  public static let examples = [
    TypedKey(text: "991122334455"),
    TypedKey(text: "991 122 334 455"),
    TypedKey(
      text: "99112233445575012", postcode: "75012", country: "FR", key: "99112233445575012"),
    TypedKey(
      text: "991 122 334 455 75012", postcode: "75012", country: "FR", key: "99112233445575012"),
    TypedKey(
      text: "AB1234567890B1000", postcode: "1000", country: "BE", key: "AB1234567890B1000"),
    TypedKey(
      text: "ab1234567890b1000", postcode: "1000", country: "BE", key: "AB1234567890B1000"),
    TypedKey(
      text: "AB1234567890L4321", postcode: "4321", country: "LU", key: "AB1234567890L4321"),
    TypedKey(
      text: "ab12 3456 7890 l4321", postcode: "4321", country: "LU", key: "AB1234567890L4321"),
    TypedKey(
      text: "AB12345678901000", postcode: "1000", country: "BE", key: "AB1234567890B1000"),
    TypedKey(text: "99112233445500000"),
    TypedKey(text: "AB1234567890B0000"),
  ]

  /// What is neither a number nor a key.
  public static let refused = [
    "991122334455750", "991122334455750A", "991122334455750123", "991122334455C1000",
    "991122334455B100A", "AB1234567890B10000", "-", "N/A",
  ]
}
