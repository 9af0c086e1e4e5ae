import Carrier
import ParcelStore

/// The sources that were ever polled.
public struct SourceNames: Sendable {
  private let store: any SourceReader

  public init(_ store: any SourceReader) { self.store = store }

  /// A source that was never there is a slip.
  /// - Throws: `NotFound` with the nearest name; `StoreError`.
  public func expect(_ name: String) async throws {
    let known = try await store.sources().map(\.name).filter { !$0.isEmpty }
    guard !known.contains(name) else { return }
    guard !known.isEmpty else {
      throw NotFound(
        "no source \(singleLine(name)) was ever polled, nor any other",
        .source(name, nearest: nil))
    }
    let nearest = name.nearest(among: known)
    let hint = nearest.map { "did you mean \($0)? There are " } ?? "there are "
    throw NotFound(
      "no source \(singleLine(name)) was ever polled; "
        + singleLine(hint + known.joined(separator: ", ")),
      .source(name, nearest: nearest))
  }
}
