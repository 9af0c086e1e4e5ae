import TestSupport
import Testing

/// All interleavings of workers that share the files of a drop, in a model; docs/scale.md, "The claims as a model". One
/// after another, as each needs a processor and much memory.
@Suite(.serialized) struct ClaimModelTests {
  private typealias Search = StateSearch<ClaimModel>

  /// A search takes some seconds and never suspends.
  private func look(
    through model: ClaimModel, until enough: ClaimModel.Property? = nil
  ) async throws -> Search {
    try await onThread { Search(model, until: enough) }
  }

  // MARK: What holds

  @Test(arguments: [
    ClaimModel(), ClaimModel(parts: 1, carrier: .usesNamesAgain, areKilled: false),
    ClaimModel(parts: 1, carrier: .writesOver, areKilled: false),
  ])
  func eachFileIsReadOnceAndThenMovedWhateverHappens(model: ClaimModel) async throws {
    let search = try await look(through: model)
    #expect(search.traces.isEmpty, "\(search.traces)")
    // From each state the work that is left can be done, without further faults.
    #expect(search.deadEnd == nil)
    // The faults are not left out by mistake.
    #expect(search.states > 100_000, "\(search.states)")
  }

  /// Nobody can keep a process from being stopped after it has asked its lease. Then, and only if the carrier uses the name
  /// again meanwhile, a file is moved that nobody has read.
  @Test func whoIsStoppedBetweenItsLeaseCheckAndTheRenameMayMoveTheNextFileOfThatName() async throws
  {
    var model = ClaimModel(parts: 1, stopsBeforeRename: true, areKilled: false)
    let harmless = try await look(through: model)
    #expect(harmless.traces.isEmpty && harmless.deadEnd == nil)
    model.carrier = .usesNamesAgain
    let search = try await look(through: model, until: .movesUnread)
    #expect(Array(search.traces.keys) == [.movesUnread])
    let trace = try #require(search.traces[.movesUnread])
    let last = try #require(trace.last)
    let asked = try #require(
      trace.lastIndex { $0.worker == last.worker && $0.kind == .asksLease })
    let renames = trace.indices.filter { trace[$0].kind == .renames }
    // The other one's rename and the carrier's new file came between the two.
    try #require(renames.count == 2, "\(trace)")
    let written = try #require(trace.lastIndex { $0.kind == .carrierWrites })
    #expect(asked < written && renames[0] < written && written < renames[1], "\(trace)")
  }

  // MARK: The search finds what is left out

  @Test(arguments: [
    (ClaimModel(omission: .fence), ClaimModel.Property.commitsWithoutClaim),
    (ClaimModel(omission: .lockOfTheFence), .commitsWithoutClaim),
    (ClaimModel(parts: 3, omission: .claimNumber), .countsWrongly),
    (ClaimModel(omission: .countsBeginAnew), .countsWrongly),
    (ClaimModel(parts: 1, omission: .dropRead), .readsAgain),
    (ClaimModel(parts: 1, carrier: .usesNamesAgain, omission: .leaseCheck), .movesUnread),
    (ClaimModel(parts: 1, carrier: .writesOver, omission: .stat), .movesUnread),
  ])
  func withoutItAPropertyIsBroken(
    model: ClaimModel, property: ClaimModel.Property
  ) async throws {
    let search = try await look(through: model, until: property)
    let trace = try #require(search.traces[property])
    #expect(trace.count > 7, "\(trace)")
  }

  @Test func withoutAReleaseAtTheStartOfAPollAFileIsNeverRead() async throws {
    let search = try await look(
      through: ClaimModel(parts: 1, areKilled: false, omission: .releaseAtTheStart))
    #expect(search.traces.isEmpty)
    let trace = try #require(search.deadEnd)
    #expect(trace.contains { $0.kind == .releaseFails }, "\(trace)")
  }
}
