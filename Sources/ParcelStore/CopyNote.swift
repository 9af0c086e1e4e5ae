/// What a store notes of the copy that it takes part in.
package struct CopyNote: Sendable, Equatable, CustomStringConvertible {
  /// The ID of the store that is copied.
  package var source: String
  /// One for each target, so that a store is moved to one alone.
  package var copy: String
  /// The other store, for messages.
  package var name: String

  package init(source: String, copy: String, name: String) {
    self.source = source
    self.copy = copy
    self.name = name
  }

  /// - Returns: nil where the text is no such note.
  package init?(_ text: String) {
    let parts = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3 else { return nil }
    self.init(source: String(parts[0]), copy: String(parts[1]), name: String(parts[2]))
  }

  package var description: String { "\(source) \(copy) \(name)" }
}
