/// Why nothing can be guessed from a file.
public struct GuessFailure: Error, Sendable, Equatable, CustomStringConvertible {
  public var path: String
  public var reason: String

  public var description: String { "\(path): \(reason)" }
}
