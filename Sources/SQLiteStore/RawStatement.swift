import GRDB
import GRDBSQLite
import Glibc

/// A prepared statement that is run through SQLite's own functions, for what is done once per row
/// or per file of the drop.
///
/// GRDB prepares, caches and finalizes it; but binding through GRDB takes 2.2 times the CPU per
/// row. Bound bytes are not copied: they must stay valid until `step` returns.
struct RawStatement {
  private let statement: Statement
  private let handle: OpaquePointer

  init(_ db: Database, _ sql: String) throws {
    statement = try db.cachedStatement(sql: sql)
    handle = statement.sqliteStatement
    sqlite3_reset(handle)
    sqlite3_clear_bindings(handle)
  }

  @inline(__always)
  func bind(_ index: Int32, _ value: Int64) { sqlite3_bind_int64(handle, index, value) }

  /// Binds a number; nil is NULL.
  @inline(__always)
  func bind(_ index: Int32, _ value: Int64?) {
    if let value { bind(index, value) } else { sqlite3_bind_null(handle, index) }
  }

  /// Binds text of some bytes, without copying; an empty one is NULL.
  @inline(__always)
  func bind(_ index: Int32, text: UnsafeRawBufferPointer) {
    guard let base = text.baseAddress, text.count > 0 else {
      sqlite3_bind_null(handle, index)
      return
    }
    sqlite3_bind_text(
      handle, index, base.assumingMemoryBound(to: CChar.self), Int32(text.count), nil)
  }

  /// Binds text that SQLite copies; nil is NULL.
  func bind(_ index: Int32, copying text: String?) {
    guard let text else {
      sqlite3_bind_null(handle, index)
      return
    }
    // SQLITE_TRANSIENT, a cast that Swift does not import.
    let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    sqlite3_bind_text(handle, index, text, Int32(text.utf8.count), transient)
  }

  @inline(__always)
  func bind(_ index: Int32, blob: UnsafeRawBufferPointer) {
    // A pointer of nil would bind NULL, and an empty blob is not NULL.
    sqlite3_bind_zeroblob(handle, index, 0)
    if let base = blob.baseAddress, blob.count > 0 {
      sqlite3_bind_blob(handle, index, base, Int32(blob.count), nil)
    }
  }

  /// Binds text or bytes that SQLite copies, also empty ones.
  func bind(_ index: Int32, copying bytes: UnsafeRawBufferPointer, isText: Bool) {
    let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    guard let base = bytes.baseAddress, bytes.count > 0 else {
      if isText {
        sqlite3_bind_text(handle, index, "", 0, transient)
      } else {
        sqlite3_bind_zeroblob(handle, index, 0)
      }
      return
    }
    if isText {
      sqlite3_bind_text(
        handle, index, base.assumingMemoryBound(to: CChar.self), Int32(bytes.count), transient)
    } else {
      sqlite3_bind_blob(handle, index, base, Int32(bytes.count), transient)
    }
  }

  /// Runs the statement.
  /// - Returns: true when it gave a row, which is valid until `reset`.
  @inline(__always)
  func step() throws -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default:
      let db = sqlite3_db_handle(handle)
      let error = DatabaseError(
        resultCode: ResultCode(rawValue: sqlite3_extended_errcode(db)),
        message: String(cString: sqlite3_errmsg(db)), sql: statement.sql)
      sqlite3_reset(handle)
      throw error
    }
  }

  @inline(__always)
  func reset() { sqlite3_reset(handle) }

  /// Runs the statement to its end and makes it ready for the next row.
  /// - Returns: how many rows it changed.
  @inline(__always)
  @discardableResult
  func run() throws -> Int32 {
    _ = try step()
    sqlite3_reset(handle)
    return sqlite3_changes(sqlite3_db_handle(handle))
  }

  @inline(__always)
  func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

  func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

  /// The bytes of a text column; they are valid until `reset`.
  @inline(__always)
  func text(_ column: Int32) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(
      start: sqlite3_column_text(handle, column), count: Int(sqlite3_column_bytes(handle, column)))
  }

  /// The bytes of a blob column; they are valid until the next step.
  @inline(__always)
  func blob(_ column: Int32) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(
      start: sqlite3_column_blob(handle, column), count: Int(sqlite3_column_bytes(handle, column)))
  }
}
