import ParcelStore
import Status

/// A wording's numbers in the database, and what the writer needs to know of its meaning.
struct InternedWording {
  var id: Int64
  var code: Int64
  var rank: UInt8
  var isMapped: Bool
}

extension InternedWording {
  init(id: Int64, code: Int64, meaning: Meaning) {
    self.init(
      id: id, code: code, rank: meaning.status.timelineRank, isMapped: meaning.status != .unmapped)
  }
}
