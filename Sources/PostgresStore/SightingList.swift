import ParcelStore
import Postgres

/// Files as listings show them, as the first parameters of one statement, however many they are.
///
/// ```swift
/// try await db.run(
///   "SELECT seen.n, f.id FROM \(SightingList.table) JOIN file f ON \(SightingList.isFile)",
///   SightingList(sightings).values)
/// ```
struct SightingList {
  /// `$1` to `$4`.
  let values: [PostgresValue]

  /// An array has no NULL in it.
  private static let none = Int64.min

  init(_ sightings: [FileSighting]) {
    values = [
      .integers(sightings.map(\.source.rawValue)), .texts(sightings.map(\.path)),
      .integers(sightings.map { $0.size ?? Self.none }),
      .integers(sightings.map { $0.mtime ?? Self.none }),
    ]
  }

  /// A number or NULL that `number(_:)` has put into an array.
  static func orNull(_ column: String) -> String { "nullif(\(column), '\(none)'::int8)" }

  static func number(_ number: Int64?) -> Int64 { number ?? none }

  /// `seen` with the columns source, path, size, mtime, and n, which counts from 1.
  static let table = table(with: [])

  /// The same with further columns.
  /// - Parameter arrays: of what each is made: `$5::text[]`, for example.
  static func table(with arrays: [(column: String, array: String)]) -> String {
    let columns = arrays.map { ", \($0.column)" }.joined()
    return """
      (SELECT source, path, \(orNull("size")) AS size, \(orNull("mtime")) AS mtime, n\(columns)
      FROM unnest($1::int8[], $2::text[], $3::int8[], $4::int8[]\(arrays.map { ", \($0.array)" }.joined()))
        WITH ORDINALITY AS u(source, path, size, mtime\(columns), n)) seen
      """
  }

  /// Whether a row `f` of `file` is of the name of `seen`.
  static let isFile = """
    f.source = seen.source AND hashtextextended(f.path, 0) = hashtextextended(seen.path, 0)
      AND f.path = seen.path
    """

  /// Whether it has its size and time, too.
  static let isUnchanged = """
    f.size IS NOT DISTINCT FROM seen.size AND f.mtime IS NOT DISTINCT FROM seen.mtime
    """

  /// Which of the sightings a row is about.
  /// - Parameter column: that of `n`.
  static func index(_ row: PostgresRows.Row, _ column: Int = 0) -> Int {
    Int(row.integer(column)) - 1
  }
}
