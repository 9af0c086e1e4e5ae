import ParcelStore
import Postgres

/// The statements on what one worker does for all.
struct Duties {
  private let db: PostgresConnection
  private let worker: Int64

  init(_ db: PostgresConnection, worker: Int64) {
    self.db = db
    self.worker = worker
  }

  /// Why a duty was not taken; nil: it was.
  enum Refusal: Sendable {
    case held(by: String)
    case isDone(dueIn: Duration)
  }

  func take(
    _ duty: Duty, unlessDoneWithin interval: Duration?
  ) async throws(PostgresFault) -> Refusal? {
    let milliseconds = interval.map { Int64($0 / .milliseconds(1)) } ?? 0
    let values: [PostgresValue] = [
      .text(duty.name), .integer(worker), .integer(milliseconds),
    ]
    // Whoever did it last decides by its own clock when it is due, and who is gone does not do it again.
    let due = """
      CASE WHEN duty.done_by IS DISTINCT FROM $2::int8 AND NOT \(Worker.isFree("duty.done_by"))
        THEN duty.done_at + $3::int8 * interval '1 millisecond' END
      """
    let taken = try await db.run(
      """
      INSERT INTO duty(name, worker) VALUES($1, $2)
      ON CONFLICT (name) DO UPDATE SET worker = excluded.worker
        WHERE (duty.worker = $2 OR \(Worker.isFree("duty.worker")))
          AND coalesce(\(due) <= clock_timestamp(), true)
      """, values)
    if taken.changed > 0 { return nil }
    let row = try await db.row(
      """
      SELECT (SELECT w.name FROM worker w WHERE w.id = duty.worker AND \(Worker.isAlive("w"))),
        ceil(1000 * extract(epoch FROM \(due) - clock_timestamp()))::int8
      FROM duty WHERE name = $1
      """, values)
    if let left = row?.integerIfAny(1), left > 0 {
      return .isDone(dueIn: .milliseconds(left))
    }
    return .held(by: row?.textIfAny(0) ?? "another process")
  }

  func giveBack(_ duty: Duty, isDone: Bool) async throws(PostgresFault) {
    try await db.run(
      """
      UPDATE duty SET worker = NULL,
        done_at = CASE WHEN $3 THEN clock_timestamp() ELSE done_at END,
        done_by = CASE WHEN $3 THEN $2::int8 ELSE done_by END
      WHERE name = $1 AND worker = $2
      """, [.text(duty.name), .integer(worker), .bool(isDone)])
  }
}
