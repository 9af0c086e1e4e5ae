import CLibPQ

/// The rows that a statement gave, as the server sent them: values are read where they lie.
///
///     for row in rows { print(row.integer(0), row.text(1)) }
public final class PostgresRows: RandomAccessCollection, @unchecked Sendable {
  // Nothing writes to a result once it is whole, so any thread may read it.
  private let result: OpaquePointer

  /// - Parameter result: of libpq; belongs to these rows from now on.
  init(_ result: OpaquePointer) { self.result = result }

  deinit { PQclear(result) }

  public var startIndex: Int { 0 }
  public var endIndex: Int { Int(PQntuples(result)) }
  public subscript(position: Int) -> Row { Row(rows: self, number: Int32(position)) }

  /// How many rows a statement that gives none has changed.
  public var changed: Int { Int(String(cString: PQcmdTuples(result))) ?? 0 }

  /// One row. Columns are counted from 0.
  public struct Row: Sendable {
    fileprivate let rows: PostgresRows
    fileprivate let number: Int32

    public func isNull(_ column: Int) -> Bool {
      PQgetisnull(rows.result, number, Int32(column)) == 1
    }

    /// The bytes of a value, for as long as the body runs; none of NULL.
    public func withBytes<R>(_ column: Int, _ body: (UnsafeRawBufferPointer) -> R) -> R {
      let length = Int(PQgetlength(rows.result, number, Int32(column)))
      let value = PQgetvalue(rows.result, number, Int32(column))
      return body(UnsafeRawBufferPointer(start: value, count: length))
    }

    /// `smallint`, `integer`, `bigint` or `boolean`; 0 of NULL.
    public func integer(_ column: Int) -> Int64 {
      withBytes(column) { bytes in
        switch bytes.count {
        case 8: Int64(bigEndian: bytes.loadUnaligned(as: Int64.self))
        case 4: Int64(Int32(bigEndian: bytes.loadUnaligned(as: Int32.self)))
        case 2: Int64(Int16(bigEndian: bytes.loadUnaligned(as: Int16.self)))
        case 1: Int64(bytes[0])
        default: 0
        }
      }
    }

    public func integerIfAny(_ column: Int) -> Int64? { isNull(column) ? nil : integer(column) }
    public func bool(_ column: Int) -> Bool { integer(column) != 0 }
    public func text(_ column: Int) -> String {
      withBytes(column) { String(decoding: $0, as: UTF8.self) }
    }
    public func textIfAny(_ column: Int) -> String? { isNull(column) ? nil : text(column) }
    public func bytes(_ column: Int) -> [UInt8] { withBytes(column) { Array($0) } }
    public func bytesIfAny(_ column: Int) -> [UInt8]? { isNull(column) ? nil : bytes(column) }
  }
}

extension PostgresFault {
  /// Of a result that is an error, which is cleared here.
  init(clearing result: OpaquePointer) {
    defer { PQclear(result) }
    func field(_ code: Character) -> String? {
      PQresultErrorField(result, Int32(code.asciiValue ?? 0)).map { String(cString: $0) }
    }
    // C is the state and M the message. The detail has values of rows, which are somebody's address.
    let state = field("C")
    let message = field("M") ?? String(cString: PQresultErrorMessage(result))
    self.init(
      state.map(Kind.init(state:)) ?? .unreachable,
      oneLine(message), state: state)
  }
}
