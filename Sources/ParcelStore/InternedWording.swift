import Status

/// A wording's numbers in the database, and what the writer needs to know of its meaning.
package struct InternedWording: Sendable {
  package var id: Int64
  package var code: Int64
  package var rank: UInt8
  package var isMapped: Bool

  package init(id: Int64, code: Int64, rank: UInt8, isMapped: Bool) {
    self.id = id
    self.code = code
    self.rank = rank
    self.isMapped = isMapped
  }
}

extension InternedWording {
  package init(id: Int64, code: Int64, meaning: Meaning) {
    self.init(
      id: id, code: code, rank: meaning.status.timelineRank, isMapped: meaning.status != .unmapped)
  }
}
