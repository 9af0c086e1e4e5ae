import CLibPQ

/// A statement with its values.
public struct PostgresStatement: Sendable, Hashable {
  public let sql: String
  public let values: [PostgresValue]

  public init(_ sql: String, _ values: [PostgresValue] = []) {
    self.sql = sql
    self.values = values
  }

  /// Asks for binary answers.
  /// - Returns: false where libpq does not take it.
  func send(_ connection: OpaquePointer, as name: String) -> Bool {
    let binary = values.map(\.binary)
    let lengths = binary.map { Int32($0?.count ?? 0) }
    let formats = [Int32](repeating: 1, count: values.count)
    // One block, so that every value lies somewhere while libpq copies them.
    let all = Array(binary.compactMap(\.self).joined()) + [0]
    return all.withUnsafeBytes { bytes in
      let base = bytes.baseAddress!.assumingMemoryBound(to: CChar.self)
      var place = 0
      let pointers = binary.map { value -> UnsafePointer<CChar>? in
        guard let value else { return nil }
        defer { place += value.count }
        return base + place
      }
      return PQsendQueryPrepared(
        connection, name, Int32(values.count), pointers, lengths, formats, 1) == 1
    }
  }
}
