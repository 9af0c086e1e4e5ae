import Foundation
import Ingest
import ParcelStore
import Synchronization
import Views

/// Counts what the daemon does since its start, for `/metrics`.
final class ProcessFigures: Sendable {
  private struct State {
    var snapshot: ProcessSnapshot
    /// Which sources have connected since their polls began.
    var connected: Set<Int> = []
  }

  private let state: Mutex<State>
  private let start = Date()

  /// The names of sources and endpoints of webhooks, in the order of the configuration.
  init(sources: [String], webhooks: [String]) {
    state = Mutex(State(snapshot: ProcessSnapshot(sources: sources, webhooks: webhooks)))
  }

  /// Counts work that is for all sources.
  var ofAll: SourceFigures { SourceFigures(figures: self, source: nil) }

  /// What was counted so far, with what the process takes now.
  func snapshot() -> ProcessSnapshot {
    var snapshot = state.withLock { $0.snapshot }
    snapshot.use = ProcessSnapshot.Use.current(since: start)
    return snapshot
  }

  /// - Parameter source: its place in the configuration; nil: the work is for all of them.
  func count(_ event: IngestEvent, of source: Int?) {
    state.withLock { state in
      if case .rowsCommitted(let counts) = event { state.snapshot.rows += counts }
      for (outcome, files) in event.files {
        state.snapshot.files[outcome, default: 0] += Int64(files)
      }
      guard let source else { return }
      switch event {
      case .pollStarted:
        state.snapshot.sources[source].polls += 1
        state.connected.remove(source)
      case .sourceConnected:
        let isFirst = state.connected.insert(source).inserted
        if !isFirst { state.snapshot.sources[source].reconnects += 1 }
      case .fileIngested(_, _, _, let lag?):
        state.snapshot.sources[source].lag.observe(lag / .seconds(1))
      default: break
      }
    }
  }

  func received(_ bytes: Int, from source: Int?) {
    guard let source else { return }
    state.withLock { $0.snapshot.sources[source].received += Int64(bytes) }
  }

  /// - Parameter webhook: its place in the configuration.
  func tried(_ webhook: Int, for duration: Duration) {
    state.withLock { $0.snapshot.webhooks[webhook].durations.observe(duration / .seconds(1)) }
  }

  func pollFailed(of source: Int?) {
    guard let source else { return }
    state.withLock { $0.snapshot.sources[source].failedPolls += 1 }
  }
}

extension IngestEvent {
  /// What became of files by it, and of how many.
  fileprivate var files: [(ProcessSnapshot.FileOutcome, Int)] {
    switch self {
    case .fileIngested: [(.ingested, 1)]
    case .fileFailed: [(.failed, 1)]
    case .filesFailed(let more): [(.failed, more)]
    case .fileIncomplete: [(.incomplete, 1)]
    case .filesIncomplete(let more): [(.incomplete, more)]
    case .fileGone: [(.lost, 1)]
    case .filesGone(let more): [(.lost, more)]
    default: []
    }
  }
}
