import Status
import TrackingFile

/// Gives the wordings of batches their meaning: the station of the status map, after the gate and before
/// the store.
///
/// A wording is decoded and looked up in the map once, however many rows and batches have it. After
/// that its bytes are enough.
///
/// ```swift
/// var meanings = WordingMeanings(by: statusMap)
/// let events = packer.pack(gate.admit(batch), meanings: &meanings)
/// ```
public struct WordingMeanings: Sendable {
  private var statusMap: StatusMap
  /// The same bytes are other texts in another encoding.
  private var encoding: TextEncoding?
  /// Where in `found` the meaning of a wording is.
  private var indexes = ByteInterner<Int32>()
  private var found: [Meaning] = []

  /// Labels that never come again must not fill the memory.
  private static let most = 4_096

  public init(by statusMap: StatusMap) { self.statusMap = statusMap }

  /// Uses this map from the next batch on.
  public mutating func use(_ statusMap: StatusMap) {
    guard statusMap != self.statusMap else { return }
    self.statusMap = statusMap
    forget()
  }

  /// The version of the map, which the store keeps with the meanings that it gave.
  package var version: String { statusMap.version }

  /// The meanings of a batch's wordings, in the order of its list.
  package mutating func meanings(of batch: EventBatch) -> [Meaning] {
    if batch.encoding != encoding {
      encoding = batch.encoding
      forget()
    }
    return batch.texts.withUnsafeBytes { texts in
      batch.wordings.map { wording in
        let (code, label) = (texts.slice(wording.code), texts.slice(wording.label))
        if let index = indexes.value(code, label) { return found[Int(index)] }
        let text = batch.wording(wording)
        let meaning = statusMap.meaning(code: text.code, label: text.label).meaning
        if found.count == Self.most { forget() }
        indexes.insert(Int32(found.count), code, label)
        found.append(meaning)
        return meaning
      }
    }
  }

  private mutating func forget() {
    indexes.removeAll()
    found = []
  }
}
