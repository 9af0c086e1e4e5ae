import Postgres

/// The tables of the writer's session in which rows wait that are copied to the server. They are empty after each
/// transaction, and gone with the session.
enum Staging {
  static let session = [
    // What is staged is joined to large tables by their keys, row by row, however little the planner knows of it.
    "SET enable_hashjoin = off",
    "SET enable_mergejoin = off",
    // Plans are kept, and a table that was small when one was made may be large a minute later.
    "SET enable_seqscan = off",
    "SET plan_cache_mode = force_generic_plan",
    "SET jit = off",
    "SET temp_buffers = '32MB'",
    """
    CREATE TEMP TABLE staged_parcel(
      number text COLLATE "C" NOT NULL,
      account bigint NOT NULL,
      ord integer NOT NULL,
      order_reference text,
      postcode text,
      country text,
      later_postcode text) ON COMMIT DELETE ROWS
    """,
    """
    CREATE TEMP TABLE staged_event(
      parcel bigint NOT NULL,
      time bigint NOT NULL,
      ord integer NOT NULL,
      kind integer NOT NULL,
      site integer NOT NULL,
      wording integer NOT NULL) ON COMMIT DELETE ROWS
    """,
  ]
  /// Rows that are made while the server takes in those before them: few at first, so that it can begin.
  static func pieces(of rows: Int) -> [Range<Int>] {
    var pieces: [Range<Int>] = []
    var (start, size) = (0, 1 << 10)
    while start < rows {
      pieces.append(start..<min(start + size, rows))
      (start, size) = (start + size, min(size * 2, 1 << 14))
    }
    return pieces
  }

  /// Copies rows into a table.
  /// - Parameter add: adds the values of one row, by its index.
  static func copy(
    _ db: PostgresConnection, _ table: String, columns: Int, rows: Int,
    _ add: (Int, inout CopyRows) -> Void
  ) async throws(PostgresFault) {
    func made(_ piece: Range<Int>) -> CopyRows {
      var copy = CopyRows(columns: columns)
      for index in piece {
        copy.begin()
        add(index, &copy)
      }
      return copy
    }
    var ready: CopyRows?
    for piece in pieces(of: rows) {
      let before = ready
      async let fault = db.fault(copying: before, into: table)
      ready = made(piece)
      if let fault = await fault { throw fault }
    }
    if let fault = await db.fault(copying: ready, into: table) { throw fault }
  }
}

// A fault as a value: what is awaited later can't say of which type it throws.
extension PostgresConnection {
  /// Runs some statements.
  func fault(of statements: [PostgresStatement]) async -> PostgresFault? {
    do throws(PostgresFault) {
      try await run(statements)
      return nil
    } catch {
      return error
    }
  }

  /// Copies some rows, if there are any.
  fileprivate func fault(copying rows: CopyRows?, into table: String) async -> PostgresFault? {
    guard let rows else { return nil }
    do throws(PostgresFault) {
      try await copy("COPY \(table) FROM STDIN (FORMAT binary)", rows)
      return nil
    } catch {
      return error
    }
  }
}
