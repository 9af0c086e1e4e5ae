import ParcelStore

extension StoreReader {
  /// - Parameter file: the printable path or its last components, as for `rejects`.
  /// - Throws: `NotFound` if no file of the ledger has the name; `StoreError`.
  public func expectKnown(file: String, source: String? = nil) async throws {
    let isKnown = try await files(state: nil).contains {
      // By bytes, as the store compares.
      (source == nil || $0.source == source)
        && ($0.path.utf8.elementsEqual(file.utf8)
          || $0.path.utf8.reversed().starts(with: "/\(file)".utf8.reversed()))
    }
    let place = source.map { " of the source \(singleLine($0))" } ?? ""
    guard isKnown else {
      throw NotFound("no file \(singleLine(file)) is known\(place)", .file(file, source: source))
    }
  }
}
