import LayoutGuess
import TrackingFile

/// A layout that was guessed from a file's first bytes.
struct LayoutProposal: Sendable {
  /// The text of a layout file, with comments.
  var yaml: String
  /// What is not certain, one sentence each.
  var doubts: [String]
  /// What the text says.
  var layout: Layout

  /// - Returns: nil: no layout can be guessed, or what was found is not enough for one.
  static func guess(_ beginning: FileBeginning) -> LayoutProposal? {
    do {
      let samples = try FileSample.all(
        path: beginning.name, packed: beginning.bytes, isWhole: beginning.isWhole)
      let draft = try LayoutDraft(of: samples)
      let yaml = draft.layoutText
      let layout = try LayoutFile.read(text: yaml, name: "the guessed layout")
      return LayoutProposal(yaml: yaml, doubts: draft.doubts, layout: layout)
    } catch {
      return nil
    }
  }
}
