/// Why a copy could not be given back.
public struct RawFileFault: Error, Sendable, CustomStringConvertible {
  public enum Kind: Sendable, Equatable {
    /// Its bytes are not those that were fetched.
    case damaged
    /// It was removed or changed while it was read.
    case gone
    /// Its archive can't be read as far as that, in the words of the archive's reader.
    case unreadable(String)
  }

  public var kind: Kind
  /// The file, as the ledger names it.
  public var path: String

  init(_ kind: Kind, _ path: String) {
    self.kind = kind
    self.path = path
  }

  public var description: String {
    switch kind {
    case .damaged:
      "the copy of \(path) is damaged: its bytes are not those of its SHA-256; "
        + "colisd store check --full looks through the store"
    case .gone:
      "the copy of \(path) was removed or changed while it was read; give the command again"
    case .unreadable(let reason):
      "\(path) can't be taken out of the copy of its archive: \(reason); "
        + "colisd files raw gives back the archive as it came"
    }
  }
}
