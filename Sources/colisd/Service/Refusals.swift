import Synchronization

/// Which sources were refused before any of their polls succeeded: the server refuses our key or our login,
/// or we refuse its key. While another source is not refused, a refused one is tried again; when all of
/// them are refused, somebody has to act.
final class Refusals: Sendable {
  private let sources: Int
  private let refused = Mutex<[String: any Error]>([:])

  /// - Parameter sources: how many there are.
  init(sources: Int) { self.sources = sources }

  /// - Returns: the most serious refusal when all sources are refused; nil while there is one that is not.
  func add(_ error: any Error, of source: String) -> (any Error)? {
    refused.withLock { refused in
      refused[source] = error
      guard refused.count == sources else { return nil }
      return refused.sorted { $0.key < $1.key }.map(\.value)
        .max { ExitStatus($0).seriousness < ExitStatus($1).seriousness }
    }
  }

  func remove(_ source: String) { refused.withLock { $0[source] = nil } }
}
