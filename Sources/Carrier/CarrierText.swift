/// What the carrier writes as text: a code, a label, an order reference, a site.
public enum CarrierText {
  /// The longest such text that is read, in bytes. Real ones have some dozens.
  public static let longest = 2_000
}
