import ParcelStore
import Testing

/// What is to happen to files on the server, and the notes of the daemon about itself.
extension EventStorePromises {
  @Test(arguments: StoreKind.allCases)
  func postActionsArePendingInTheOrderOfIngestionUntilTheyAreDone(
    _ kind: StoreKind
  ) async throws {
    let store = try await kind.open()
    let late = SampleFile(path: "late.csv")
    try await store.noteSettling(late.sighting, reason: "it grows")
    let actions: [(String, PostAction)] = [
      ("1.csv", .delete(isDone: false)), ("2.csv", .leave),
      ("3.csv", .move(to: "archive/3.csv", isDone: false)),
    ]
    for (second, (path, action)) in actions.enumerated() {
      let part = try SampleFile(path: path).part([Row()], end: .ingested(action))
      try await store.commit(part, at: Samples.now + Int64(second))
    }
    try await store.commit(
      late.part([Row()], end: .ingested(.delete(isDone: false))), at: Samples.now + 9)

    var pending = try await store.pendingPostActions()
    #expect(pending.map(\.path) == ["1.csv", "3.csv", "late.csv"])
    #expect(pending.map(\.postAction) == [actions[0].1, actions[2].1, .delete(isDone: false)])

    try await store.notePostAction(pending[0].id, .delete(isDone: true), error: nil)
    try await store.notePostAction(
      pending[1].id, pending[1].postAction, error: "permission denied")
    pending = try await store.pendingPostActions()
    #expect(pending.map(\.path) == ["3.csv", "late.csv"])
    #expect(pending.map(\.postActionError) == ["permission denied", nil])
    let files = try await store.files(state: nil)
    #expect(files.first { $0.path == "1.csv" }?.postAction == .delete(isDone: true))
  }

  @Test(arguments: StoreKind.allCases)
  func aMoveThatIsDoneIsNotPendingWhateverItsTargetIsCalled(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let target = "archive-pending/move-pending:delete-pending"
    try await store.commit(
      SampleFile().part([Row()], end: .ingested(.move(to: target, isDone: true))))
    #expect(try await store.pendingPostActions().isEmpty)
    let action = try await store.files(state: nil).first?.postAction
    #expect(action == .move(to: target, isDone: true))
  }

  @Test(arguments: [
    PostAction.leave, .delete(isDone: false), .delete(isDone: true),
    .move(to: "a/é:b", isDone: false), .move(to: "a/é:b", isDone: true),
  ])
  func aPostActionIsReadBackFromItsText(_ action: PostAction) {
    #expect(PostAction(text: action.text) == action)
    #expect(PostAction(text: "else") == nil)
  }

  @Test(arguments: StoreKind.allCases)
  func notesAreKeptReplacedAndRemovedOneByOne(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    #expect(try await store.readNote("poll.last") == nil)
    try await store.setNotes(["poll.last": "1", "poll.error": "hôte injoignable", "gone": nil])
    try await store.setNotes(["poll.last": "2", "poll.error": nil])
    #expect(try await store.readNote("poll.last") == "2")
    #expect(try await store.readNote("poll.error") == nil)
    try await store.setNotes(["poll.error": "hôte injoignable"])
    #expect(try await store.readNote("poll.error") == "hôte injoignable")
  }
}
