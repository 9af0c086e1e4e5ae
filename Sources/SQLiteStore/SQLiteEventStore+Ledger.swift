import Carrier
import Contract
import Foundation
import GRDB
import ParcelStore
import TrackingFile

extension SQLiteEventStore {
  public func look(for sightings: [FileSighting]) async throws(StoreError) -> LedgerLook {
    try await read("look up \(sightings.count) files") { db in
      try Ledger.look(db, for: sightings)
    }
  }

  public func noteSettling(
    _ sightings: [FileSighting], reason: String
  ) async throws(StoreError) -> [FileSighting] {
    guard !sightings.isEmpty else { return [] }
    // They are the same at nearly every poll, which should not write then.
    let changed = try await read("look up \(sightings.count) files that wait") { db in
      try sightings.filter { try !Ledger.isRecordedUnread(db, $0, .settling, reason) }
    }
    guard !changed.isEmpty else { return [] }
    return try await write("note \(changed.count) files that wait") { db in
      try changed.filter { try Ledger.recordUnread(db, $0, .settling, reason) }
    }
  }

  public func noteHeld(_ files: [HeldFile]) async throws(StoreError) -> [HeldFile] {
    guard !files.isEmpty else { return [] }
    // They are the same at nearly every poll, which should not write then.
    let changed = try await read("look up \(files.count) files that are held") { db in
      try files.filter { try !Ledger.isRecordedUnread(db, $0.sighting, .held, $0.note) }
    }
    guard !changed.isEmpty else { return [] }
    return try await write("note \(changed.count) files that are held") { db in
      try changed.filter { try Ledger.recordUnread(db, $0.sighting, .held, $0.note) }
    }
  }

  public func known(
    _ parcels: Set<ParcelOfAccount>
  ) async throws(StoreError) -> Set<ParcelOfAccount> {
    guard !parcels.isEmpty else { return [] }
    return try await read("look up \(parcels.count) parcels") { db in
      let select = try db.cachedStatement(
        sql: """
          SELECT EXISTS(SELECT 1 FROM parcel p JOIN account a ON a.id = p.account
            WHERE p.number = ? AND a.account = ? AND a.account_id = ?)
          """)
      return try parcels.filter { parcel in
        try Bool.fetchOne(
          select,
          arguments: [
            parcel.number.description, parcel.account.account, parcel.account.accountID,
          ]) ?? false
      }
    }
  }

  public func pendingPostActions(
    of source: SourceID
  ) async throws(StoreError) -> [LedgerFile] {
    try await read("list the pending post-actions") { db in
      try Ledger.files(
        db,
        """
        -- The plus keeps SQLite from going through all files of the source.
        WHERE post_action GLOB '*-pending*' AND +file.source = ? ORDER BY ingested_at, file.id
        """, [source.rawValue]
      ).filter(\.postAction.isPending)
    }
  }

  public func notePostAction(
    _ file: FileID, _ action: PostAction, error: String?
  ) async throws(StoreError) {
    try await write("note a post-action") { db in
      try Ledger.setPostAction(db, file, action, error: error)
    }
  }

  public func files(state: FileState?) async throws(StoreError) -> [LedgerFile] {
    try await read("list the files") { db in
      try Ledger.files(db, "WHERE ?1 IS NULL OR state = ?1 ORDER BY file.id", [state?.rawValue])
    }
  }

  public func newestFiles(
    state: FileState?, before file: FileID?, limit: Int
  ) async throws(StoreError) -> [LedgerFile] {
    try await read("list the newest files") { db in
      try Ledger.files(
        db, "WHERE (?1 IS NULL OR state = ?1) AND file.id < ?2 ORDER BY file.id DESC LIMIT ?3",
        [state?.rawValue, file?.rawValue ?? .max, limit])
    }
  }

  public func rejects(
    file: String?, source: String?, after cursor: RejectCursor, limit: Int
  ) async throws(StoreError) -> (lines: [RejectedLine], last: RejectCursor?) {
    try await read("list the rejected lines") { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT r.file, f.path, nullif(s.name, '') AS source, r.line, r.reason, r.raw
          FROM reject r JOIN file f ON f.id = r.file LEFT JOIN source s ON s.id = f.source
          WHERE (r.file, r.line) > (?3, ?4) AND (?1 IS NULL OR f.path = ?1
            OR substr(f.path, -length(?1) - 1) = '/' || ?1)
            AND (?5 IS NULL OR s.name = ?5)
          ORDER BY r.file, r.line LIMIT ?2
          """,
        arguments: [file, limit, cursor.file, cursor.line, source])
      let lines = rows.map { row in
        RejectedLine(
          source: row["source"], file: row["path"], line: row["line"],
          reason: MalformedLine.Reason(rawValue: row["reason"]) ?? .fieldCount,
          raw: Array(row["raw"] as Data))
      }
      return (lines, rows.last.map { RejectCursor(file: $0["file"], line: $0["line"]) })
    }
  }

  public func readNote(_ key: String) async throws(StoreError) -> String? {
    try await read("read the note \(key)") { db in
      try db.value("SELECT value FROM note WHERE key = ?", [key])
    }
  }

  public func setNotes(_ notes: [String: String?]) async throws(StoreError) {
    try await write("write notes") { db in
      for (key, value) in notes {
        if let value {
          try db.run("INSERT OR REPLACE INTO note VALUES(?, ?)", [key, value])
        } else {
          try db.run("DELETE FROM note WHERE key = ?", [key])
        }
      }
    }
  }
}
