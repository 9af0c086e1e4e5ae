/// A store in a copy, read table by table and range by range.
package protocol CopySide: Sendable {
  /// For messages; without any secret.
  var name: String { get }

  /// Between which numbers a table has rows; nil: it has none, or its rows have no numbers.
  func bounds(of table: CopiedTable) async throws(StoreError) -> ClosedRange<Int64>?

  /// The next rows of a range, in the order of their key.
  /// - Parameter key: of the last row of the page before.
  func page(
    of table: CopiedTable, in range: ClosedRange<Int64>, after key: [CopiedValue]?
  ) async throws(StoreError) -> CopiedPage
}

/// What a store is beside its tables.
package struct StoreHead: Sendable, Equatable {
  package var incarnation: String
  /// The last `seq` that was given.
  package var sequence: Int64
  /// The highest number that a parcel ever had: none comes again.
  package var lastParcel: Int64
  /// The store that goes on in its place; nil: none.
  package var movedTo: CopyNote?

  package init(incarnation: String, sequence: Int64, lastParcel: Int64, movedTo: CopyNote?) {
    self.incarnation = incarnation
    self.sequence = sequence
    self.lastParcel = lastParcel
    self.movedTo = movedTo
  }

  /// Says whether an empty store, or one that a copy was begun to, may get the copy.
  /// - Parameters:
  ///   - name: of the store itself.
  ///   - begun: what the target notes; nil: it is empty.
  ///   - target: its name.
  /// - Returns: what the target is to note.
  package func note(
    _ name: String, begun: CopyNote?, in target: String
  ) throws(StoreError) -> CopyNote {
    if let begun, begun.source != incarnation {
      throw CopyWords.foreign(target, "a copy of another store was begun there")
    }
    // Two stores would go on under one ID.
    if let movedTo, movedTo.copy != begun?.copy {
      throw CopyWords.moved(name, "copy it", to: movedTo.name)
    }
    return begun
      ?? CopyNote(source: incarnation, copy: Incarnation.random().description, name: name)
  }
}

/// The store that is copied.
package protocol CopySource: CopySide {
  func head() async throws(StoreError) -> StoreHead

  /// Keeps all others from writing until `end`, unless somebody works with the store now. A process that is killed
  /// keeps nobody from it.
  /// - Returns: who works with it; nil: nobody can write now.
  func stop() async throws(StoreError) -> String?

  /// Notes that another store goes on in its place, and lets others in again, who are refused then.
  func noteMoved(to target: CopyNote) async throws(StoreError)

  /// Lets others write again.
  func end() async
}

/// The store that the rows go to. Until it is complete nobody can use it.
package protocol CopyTarget: CopySide {
  /// Of its journal and its events, which are in two tables, one is read or written by help of the other.
  var comesFirst: CopiedTable.Form { get }

  /// What it notes of the copy; the name is that of the source.
  var note: CopyNote { get }

  /// Begins a transaction that writes a range again, and deletes what is there.
  func begin(_ range: ClosedRange<Int64>, of table: CopiedTable) async throws
  func write(_ rows: CopiedRows, of table: CopiedTable) async throws
  func commit(_ table: CopiedTable) async throws
  func rollback() async

  /// Derives what is not copied, and checks that the counts agree with the rows.
  func prepare(_ head: StoreHead) async throws(StoreError)

  /// Makes it a store like any other.
  func complete() async throws(StoreError)

  func end() async
}

/// Rows of a range name what another range still has: the source has changed between the two.
package struct CopyClash: Error, Sendable {
  package var error: StoreError

  package init(_ error: StoreError) { self.error = error }
}

/// What is said of stores that are no longer, or not yet, to be used.
package enum CopyWords {
  package static func incomplete(_ store: String, _ operation: String, from source: String?)
    -> StoreError
  {
    StoreError(
      .unusable, operation: operation, store: store,
      reason: "a copy into it is not complete" + (source.map { " (from \($0))" } ?? ""),
      advice: "run colisd store copy again until it says that the store is moved")
  }

  package static func moved(_ store: String, _ operation: String, to target: String?) -> StoreError
  {
    StoreError(
      .unusable, operation: operation, store: store,
      reason: "the store was moved" + (target.map { " to \($0)" } ?? ", and goes on elsewhere"),
      advice: "set store.url to where it is now; docs/scale.md says how to go back to this one")
  }

  package static func wrong(_ store: String, _ finding: String) -> StoreError {
    StoreError(
      .unusable, operation: "complete the copy", store: store, reason: finding,
      advice: "ask colisd store check --full whether the store that it is made of is whole")
  }

  package static func foreign(_ store: String, _ reason: String) -> StoreError {
    StoreError(
      .unusable, operation: "copy into it", store: store, reason: reason,
      advice: "name an empty database, or a file that does not exist yet")
  }
}
