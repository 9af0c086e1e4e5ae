import Ingest
import ParcelStore
import Views

/// The bar of a search through held rows.
enum SearchBar {
  /// Runs the body with a bar on a terminal; the body says how far it has come.
  static func showing<T>(
    _ body: (@escaping ParcelQuestion.OnProgress) async throws -> T
  ) async rethrows -> T {
    let bar = ProgressBar()
    defer { bar?.finish() }
    return try await body { done, all in
      var progress = IngestProgress()
      (progress.held, progress.heldDone) = (all, done)
      bar?.show(progress, of: .local)
    }
  }
}
