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
}
