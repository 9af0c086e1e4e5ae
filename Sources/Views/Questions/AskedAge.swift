import Carrier

extension Duration {
  /// A span of time as somebody types it: `48h`, also `48H`, `2 d`, and `2j` for `jours`.
  init?(asked text: String) {
    let word = text.withoutBlanks.lowercased()
    self.init(configuration: word.hasSuffix("j") ? word.dropLast() + "d" : word)
  }
}
