import ParcelStore
import Testing

/// Copies of files: they come with the rows, and go by age.
extension EventStorePromises {
  private func piece(_ number: Int, _ bytes: [UInt8]) -> RawPiece {
    // How the bytes are packed is nothing to the store.
    RawPiece(number: number, size: 100 * bytes.count, packed: bytes)
  }

  private func copied(
    _ part: FilePart, _ pieces: [RawPiece], sha256: [UInt8]? = nil
  ) -> FilePart {
    var part = part
    part.raw = RawPart(pieces: pieces, sha256: sha256)
    return part
  }

  private func pieces(_ store: any EventStore, _ copy: RawCopy) async throws -> [RawPiece] {
    try await store.rawPieces(of: copy, from: 0, limit: .max)
  }

  @Test(arguments: StoreKind.allCases)
  func aCopyGrowsWithTheRowsOfItsFile(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let file = SampleFile()
    try await store.commit(
      copied(file.part([Row()], end: nil), [piece(0, [1, 2]), piece(1, [3])]))
    let id = try #require(try await store.file(at: file.path)).id
    let begun = try #require(try await store.rawCopy(of: id))
    #expect(begun.pieces == 2 && begun.sha256 == nil && begun.keptAt == Samples.now)
    // Pieces without rows, and the end with no more pieces.
    try await store.commit(
      FilePart(copying: file.sighting, RawPart(pieces: [piece(2, [4, 5, 6])])), at: Samples.now + 9)
    try await store.commit(
      copied(file.part([], firstLine: 3), [], sha256: [7, 7]), at: Samples.now + 10)
    let copy = try #require(try await store.rawCopy(of: id))
    #expect(copy.pieces == 3 && copy.size == 600 && copy.packed == 6 && copy.sha256 == [7, 7])
    #expect(copy.keptAt == Samples.now && copy.removedAt == nil)
    #expect(
      try await pieces(store, copy) == [piece(0, [1, 2]), piece(1, [3]), piece(2, [4, 5, 6])])
    #expect(try await store.rawPieces(of: copy, from: 1, limit: 1) == [piece(1, [3])])
    #expect(try await store.rawPieces(of: copy, from: 3, limit: 9) == [])
    #expect(try await store.file(at: file.path)?.state == .ingested)
    #expect(try await store.rawHolder(of: id) == RawHolder(file: id, member: nil))
    #expect(try await store.rawCopies(keptBefore: nil) == RawCopyTotal(copies: 1, packed: 6))
  }

  @Test(arguments: StoreKind.allCases)
  func aFileWithoutACopyHasNone(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit([Row()])
    let id = try #require(try await store.file(at: "out/a.csv")).id
    #expect(try await store.rawCopy(of: id) == nil)
    #expect(try await store.rawHolder(of: id) == nil)
    #expect(try await store.rawCopies(keptBefore: nil) == RawCopyTotal())
    #expect(try await store.removeRawCopy(of: id, at: Samples.now) == false)
  }

  @Test(arguments: StoreKind.allCases)
  func aReadingThatBeginsAgainBeginsItsCopyAnew(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let file = SampleFile()
    try await store.commit(copied(file.part([Row()], end: nil), [piece(0, [1]), piece(1, [2])]))
    try await store.commit(copied(file.part([Row()]), [piece(0, [9])], sha256: [5]))
    let id = try #require(try await store.file(at: file.path)).id
    let copy = try #require(try await store.rawCopy(of: id))
    #expect(copy.pieces == 1 && copy.packed == 1 && copy.sha256 == [5])
    #expect(try await pieces(store, copy) == [piece(0, [9])])
  }

  @Test(arguments: StoreKind.allCases)
  func theBytesOfAMemberAreThoseOfItsArchive(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    var archive = SampleFile(path: "out/drop.zip")
    var member = SampleFile(path: "out/drop.zip!day/a!.csv")
    func part(isFirst: Bool, _ raw: RawPart?, end: FileEnd?) -> FilePart {
      var part = FilePart(
        file: archive.sighting, layout: LedgerFile.archiveLayout,
        origin: .reading(isFirst: isFirst, header: []), batches: [], end: end)
      part.raw = raw
      return part
    }
    try await store.commit(
      part(isFirst: true, RawPart(pieces: [piece(0, [1])]), end: nil), try member.part([Row()]),
      part(isFirst: false, RawPart(pieces: [], sha256: [2]), end: .ingested()))
    let zip = try #require(try await store.file(at: archive.path)).id
    let id = try #require(try await store.file(at: member.path)).id
    #expect(try await store.rawHolder(of: id) == RawHolder(file: zip, member: "day/a!.csv"))
    #expect(try await store.rawHolder(of: zip) == RawHolder(file: zip, member: nil))
    // A later archive of this name, without a copy, has other members.
    archive.mtime = 1_788_009_999
    member.mtime = archive.mtime
    try await store.commit(
      part(isFirst: true, nil, end: nil), try member.part([Row()]),
      part(isFirst: false, nil, end: .ingested()))
    let later = try #require(try await store.file(at: member.path)).id
    #expect(later != id)
    #expect(try await store.rawHolder(of: later) == nil)
  }

  @Test(arguments: StoreKind.allCases)
  func oldCopiesGoInShortStepsTheOldestFirst(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    for (index, name) in ["a", "b", "c"].enumerated() {
      try await store.commit(
        copied(
          SampleFile(path: name).part([Row()]), [piece(0, [1]), piece(1, [2, 3])], sha256: [1]),
        at: Samples.now + Int64(index))
    }
    let ids = try await store.files(state: nil).map(\.id)
    let before = Samples.now + 2
    #expect(try await store.rawCopies(keptBefore: before) == RawCopyTotal(copies: 2, packed: 6))
    func step() async throws -> RawCopyTotal? {
      try await store.removeRawCopies(keptBefore: before, at: Samples.now + 50, limit: 3)
    }
    // The whole of the first copy, and the last piece of the second.
    #expect(try await step() == RawCopyTotal(copies: 1, packed: 5))
    let half = try #require(try await store.rawCopy(of: ids[1]))
    #expect(half.pieces == 1 && half.removedAt == Samples.now + 50)
    #expect(try await step() == RawCopyTotal(copies: 1, packed: 1))
    #expect(try await step() == nil)
    let gone = try #require(try await store.rawCopy(of: ids[0]))
    #expect(gone.pieces == 0 && gone.packed == 0 && gone.removedAt == Samples.now + 50)
    let left = try #require(try await store.rawCopy(of: ids[2]))
    #expect(left.removedAt == nil)
    #expect(try await pieces(store, left).count == 2)
    #expect(try await store.rawCopies(keptBefore: nil) == RawCopyTotal(copies: 1, packed: 3))
    #expect(try await store.files(state: nil).count == 3)
  }

  @Test(arguments: StoreKind.allCases)
  func aRedactedCopyHasOtherPiecesAndASecondSHA256(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let file = SampleFile()
    try await store.commit(
      copied(file.part([Row()]), [piece(0, [1]), piece(1, [2])], sha256: [8]))
    let id = try #require(try await store.file(at: file.path)).id
    let copy = try #require(try await store.rawCopy(of: id))
    // An attempt that was killed.
    try await store.stageRawPieces([piece(0, [6]), piece(1, [6])], for: copy)
    #expect(try await pieces(store, copy).map(\.packed) == [[1], [2]])
    try await store.stageRawPieces([piece(0, [3, 3])], for: copy)
    let sum = RedactedSum(sha256: [9], pieces: 1, size: 200)
    // Another one has staged something else.
    var other = sum
    other.pieces = 2
    #expect(try await store.redact(copy, to: other, at: Samples.now + 5) == false)
    #expect(try await store.rawCopy(of: id) == copy)
    #expect(try await store.redact(copy, to: sum, at: Samples.now + 5))
    let redacted = try #require(try await store.rawCopy(of: id))
    #expect(redacted.sha256 == [8] && redacted.redactedSHA256 == [9])
    #expect(redacted.redactedAt == Samples.now + 5)
    #expect(redacted.pieces == 1 && redacted.packed == 2 && redacted.size == 200)
    #expect(try await pieces(store, redacted) == [piece(0, [3, 3])])
    // Who still holds the copy of before gets nothing, and changes nothing.
    #expect(try await pieces(store, copy) == [])
    #expect(try await store.redact(copy, to: sum, at: Samples.now + 6) == false)
    #expect(try await store.rawCopy(of: id) == redacted)
    // Nor does the file bring back what was taken out when it is read again.
    #expect(try await store.readAgain(id))
    try await store.commit(copied(file.part([Row()]), [piece(0, [1])], sha256: [8]))
    #expect(try await store.rawCopy(of: id) == redacted)
    #expect(try await pieces(store, redacted) == [piece(0, [3, 3])])
    #expect(try await store.removeRawCopy(of: id, at: Samples.now + 7))
    #expect(try await store.rawCopies(keptBefore: nil) == RawCopyTotal())
  }

  @Test(arguments: StoreKind.allCases)
  func copiesAreListedTheNewestFileFirst(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    for name in ["a", "b", "c", "d"] {
      // The last one has no piece yet.
      let raw = name == "d" ? [] : [piece(0, [1])]
      try await store.commit(
        copied(SampleFile(path: name).part([Row()], end: nil), raw, sha256: name == "d" ? nil : [1])
      )
    }
    try await store.commit(SampleFile(path: "e").part([Row()]))
    let ids = try await store.files(state: nil).map(\.id)
    #expect(try await store.removeRawCopy(of: ids[1], at: Samples.now + 1))
    let all = try await store.rawCopies(before: nil, limit: 10)
    #expect(all.map(\.path) == ["d", "c", "a"])
    #expect(all.map(\.copy.pieces) == [0, 1, 1])
    #expect(try await store.rawCopies(before: nil, limit: 2).map(\.path) == ["d", "c"])
    #expect(try await store.rawCopies(before: ids[2], limit: 2).map(\.path) == ["a"])
    #expect(try await store.rawCopies(before: ids[0], limit: 2) == [])
    #expect(all.last?.copy == (try await store.rawCopy(of: ids[0])))
    #expect(all.allSatisfy { $0.layout != nil })
  }

  /// Otherwise rows that were erased would stay in what comes later.
  @Test(arguments: StoreKind.allCases)
  func aCopyThatIsRemovedWhileItsFileIsReadGetsNoMorePieces(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let file = SampleFile()
    try await store.commit(copied(file.part([Row()], end: nil), []))
    let id = try #require(try await store.file(at: file.path)).id
    #expect(try await store.rawCopy(of: id)?.pieces == 0)
    #expect(try await store.removeRawCopy(of: id, at: Samples.now + 1))
    try await store.commit(
      FilePart(copying: file.sighting, RawPart(pieces: [piece(0, [4, 5, 6])])), at: Samples.now + 2)
    try await store.commit(copied(file.part([], firstLine: 3), [piece(1, [7])], sha256: [7, 7]))
    let copy = try #require(try await store.rawCopy(of: id))
    #expect(copy.removedAt == Samples.now + 1 && copy.pieces == 0 && copy.sha256 == nil)
    #expect(try await store.rawCopies(keptBefore: nil) == RawCopyTotal())
    #expect(try await store.check(.full).isGood)
  }
}
