import Carrier
import GRDB
import ParcelStore
import Status

/// Finds or makes the numbers of a batch's wordings and sites.
///
/// A text is decoded and looked up once in the life of the process, however many rows have it; after
/// that its bytes are enough.
struct WordingResolver {
  private let db: Database

  init(_ db: Database) { self.db = db }

  /// The numbers of a batch's sites, in the order of the batch's list.
  func sites(of batch: EventBatch, state: inout WriterState) throws -> [Int64] {
    try batch.texts.withUnsafeBytes { texts in
      try batch.sites.map { site in
        let key = texts.slice(site)
        if let id = state.sites.value(key, .empty) { return id }
        let id = try siteID(batch.text(site) ?? "", &state)
        _ = try fitting(id, as: Int32.self)
        state.sites.insert(id, key, .empty)
        return id
      }
    }
  }

  private func siteID(_ name: String, _ state: inout WriterState) throws -> Int64 {
    if let known: Int64 = try db.value("SELECT id FROM site WHERE name = ?", [name]) {
      return known
    }
    let id = state.nextSite
    state.nextSite += 1
    try db.run("INSERT INTO site VALUES(?, ?)", [id, name])
    return id
  }

  /// The numbers of a batch's wordings, likewise.
  func wordings(of batch: EventBatch, state: inout WriterState) throws -> [InternedWording] {
    try batch.texts.withUnsafeBytes { texts in
      try zip(batch.wordings, batch.meanings).map { wording, meaning in
        let (code, label) = (texts.slice(wording.code), texts.slice(wording.label))
        if let known = state.wordings.value(code, label) { return known }
        let interned = try find(batch.wording(wording), meaning, batch.mapVersion, &state)
        _ = try fitting(interned.code, as: Int32.self)
        state.wordings.insert(interned, code, label)
        return interned
      }
    }
  }

  /// - Parameter meaning: that of a wording which is new; one that is there keeps its own.
  private func find(
    _ wording: Wording, _ meaning: Meaning, _ mapVersion: String, _ state: inout WriterState
  ) throws -> InternedWording {
    if let row = try db.row(
      "SELECT * FROM wording WHERE code = ? AND label = ?",
      [wording.code ?? "", wording.label ?? ""])
    {
      let meaning = Meaning(row: row)
      state.keep(meaning, of: row["id"])
      return InternedWording(id: row["id"], code: row["code_id"], meaning: meaning)
    }
    let code = try codeID(wording, &state)
    let id = state.nextWording
    state.nextWording += 1
    try db.run(
      """
      INSERT INTO wording(id, code, label, code_id, status, reason, mode, detail, expected_on, map)
      VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [id, wording.code ?? "", wording.label ?? "", code]
        + meaning.columns + [mapVersion])
    state.keep(meaning, of: id)
    return InternedWording(id: id, code: code, meaning: meaning)
  }

  /// The wording, if it is the first of its code that events have and the map does not know.
  ///
  /// It is found by the code's number, which has an index: with a million codes, none of them must
  /// be compared with all others.
  func newlyUnmapped(_ id: Int64) throws -> Wording? {
    guard let row = try db.row("SELECT code, label, code_id FROM wording WHERE id = ?", [id]) else {
      return nil
    }
    let isKnown: Bool? = try db.value(
      """
      SELECT EXISTS(SELECT 1 FROM wording WHERE code_id = ? AND status = 'unmapped' AND events > 0)
      """, [row["code_id"] as Int64])
    return isKnown == true ? nil : Wording(row: row)
  }

  /// The number of what identifies the status: the code, whatever its letter case, or the label where
  /// there is no code.
  private func codeID(_ wording: Wording, _ state: inout WriterState) throws -> Int64 {
    let key: StatementArguments = [
      wording.foldedCode ?? "", wording.code == nil ? wording.label ?? "" : "",
    ]
    if let known: Int64 = try db.value("SELECT id FROM code WHERE code = ? AND label = ?", key) {
      return known
    }
    let id = state.nextCode
    state.nextCode += 1
    try db.run("INSERT INTO code VALUES(?, ?, ?)", [id] + key)
    return id
  }
}
