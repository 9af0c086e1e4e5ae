import Ingest
import Logging
import ParcelStore

extension SourceChange {
  /// What the log says of it.
  private var reason: String {
    func stays(_ files: Int) -> String {
      files == 1
        ? "1 file that was to be moved or deleted stays"
        : "\(files) files that were to be moved or deleted stay"
    }
    switch self {
    case .adopted(_, let files):
      return "the \(files) files that an older version read belong to this source from now on"
    case .renamed(let from, _): return "it is the source that was called \(from)"
    case .moved(_, let from, let to, let pending):
      return "it was at \(from), and is at \(to) now"
        + (pending == 0 ? "" : "; \(stays(pending)) there")
    case .returned(_, let to, let pending):
      return "it is at \(to) again"
        + (pending == 0 ? "" : ", where \(pending) files are still to be moved or deleted")
    case .removed(_, let place, let pending):
      return "the configuration does not have it any more"
        + (pending == 0 || place.isEmpty ? "" : "; \(stays(pending)) at \(place)")
    }
  }

  private var name: String {
    switch self {
    case .adopted(let name, _), .renamed(_, let name), .moved(let name, _, _, _),
      .returned(let name, _, _), .removed(let name, _, _):
      name
    }
  }

  private var isWorrying: Bool {
    switch self {
    case .moved(_, _, _, let pending), .removed(_, _, let pending): pending > 0
    case .adopted, .renamed, .returned: false
    }
  }

  func log(to logger: Logger) {
    logger.log(
      level: isWorrying ? .warning : .notice, "source.changed",
      metadata: ["source": "\(name)", "reason": "\(reason)"])
  }
}

extension Configuration {
  /// The sources with the numbers that the store has for them. Logs what changed in the sources that it
  /// knew before.
  func registerSources(
    in store: any EventStore, _ logger: Logger
  ) async throws -> [DropSource] {
    var drops: [DropSource] = []
    for source in sources { drops.append(try DropSource(source, of: self)) }
    let (ids, changes) = try await store.register(drops.map(\.configured))
    for change in changes { change.log(to: logger) }
    for index in drops.indices { drops[index].id = ids[index] }
    return drops
  }

  /// Whether lines of the log have to say which source they are about.
  var hasSeveralSources: Bool { sources.count > 1 }
}
