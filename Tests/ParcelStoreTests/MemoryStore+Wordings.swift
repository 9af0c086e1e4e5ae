import ParcelStore
import Status

/// Wordings, and which of them the status map does not know.
extension MemoryStore {
  struct WordingKey: Hashable {
    var code: Text
    var label: Text

    init(_ wording: Wording) {
      code = Array((wording.code ?? "").utf8)
      label = Array((wording.label ?? "").utf8)
    }
  }

  struct KnownWording {
    var wording: Wording
    var meaning: Meaning
    /// The version of the map that gave it.
    var map: String
    var events = 0
  }

  func knownWording(_ wording: Wording, _ meaning: Meaning, by map: String) -> Int {
    if let known = wordingIndex[WordingKey(wording)] { return known }
    wordingIndex[WordingKey(wording)] = wordings.count
    wordings.append(KnownWording(wording: wording, meaning: meaning, map: map))
    return wordings.count - 1
  }

  /// Whether some event has the same code, or the same label where there is no code.
  func isKnownUnmapped(_ wording: Wording) -> Bool {
    let key = WordingKey(wording)
    return wordings.contains { known in
      let other = WordingKey(known.wording)
      return known.events > 0 && known.meaning.status == .unmapped
        && known.wording.foldedCode.map { Array($0.utf8) }
          == wording.foldedCode.map { Array($0.utf8) }
        && (!key.code.isEmpty || other.label == key.label)
    }
  }
}
