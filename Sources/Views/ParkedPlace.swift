/// The last parked delivery that a reader of them has seen: `17.shop`. They come by the names of their endpoints, then by
/// `seq`.
public struct ParkedPlace: Sendable, Hashable, CustomStringConvertible {
  let endpoint: String
  let seq: Int64

  init(endpoint: String, seq: Int64) {
    self.endpoint = endpoint
    self.seq = seq
  }

  /// - Returns: nil when the text is no place.
  public init?(_ text: String) {
    let parts = text.split(separator: ".", maxSplits: 1)
    guard parts.count == 2, let seq = Int64(parts[0]), seq >= 0 else { return nil }
    endpoint = String(parts[1])
    self.seq = seq
  }

  public var description: String { "\(seq).\(endpoint)" }

  /// After which `seq` a reader goes on with an endpoint; nil: it has seen all of it.
  func start(in name: String) -> Int64? {
    if name.utf8.elementsEqual(endpoint.utf8) { return seq }
    // In the order of the store.
    return endpoint.utf8.lexicographicallyPrecedes(name.utf8) ? 0 : nil
  }
}
