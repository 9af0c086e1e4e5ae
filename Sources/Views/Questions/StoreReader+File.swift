import ParcelStore

extension StoreReader {
  /// - Parameter file: the printable path or its last component.
  /// - Throws: `NotFound` if no file of the ledger has the name; `StoreError`.
  public func expectKnown(file: String) async throws {
    let isKnown = try await files(state: nil).contains {
      // By bytes, as the store compares.
      $0.path.utf8.elementsEqual(file.utf8)
        || $0.path.utf8.reversed().starts(with: "/\(file)".utf8.reversed())
    }
    guard isKnown else { throw NotFound("no file \(singleLine(file)) is known") }
  }
}
