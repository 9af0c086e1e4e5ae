import Ingest

/// The figures of one source, or of work for all of them.
struct SourceFigures: Sendable {
  let figures: ProcessFigures
  /// Its place in the configuration; nil: for all.
  let source: Int?

  func of(_ source: Int) -> SourceFigures { SourceFigures(figures: figures, source: source) }

  func count(_ event: IngestEvent) { figures.count(event, of: source) }
  func received(_ bytes: Int) { figures.received(bytes, from: source) }
  func pollFailed() { figures.pollFailed(of: source) }
}
