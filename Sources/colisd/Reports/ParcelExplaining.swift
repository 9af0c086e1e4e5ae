import Contract
import Ingest
import ParcelStore
import Status
import TrackingFile
import Views

/// Finds out what led to each event of a parcel.
struct ParcelExplaining {
  let store: any StoreReader
  let map: StatusMap
  let places: RulePlaces
  /// Those by which files are read.
  let layouts: [Layout]

  /// - Throws: `ConfigurationError` where map or layouts can't be read.
  init(_ configuration: Configuration, _ store: any StoreReader) throws(ConfigurationError) {
    self.store = store
    map = try configuration.readStatusMap()
    // Who reads it over the daemon's socket is in another folder.
    places = try configuration.readRulePlaces().absolute
    layouts = try configuration.readLayouts()
  }

  func explain(
    _ timeline: ParcelTimeline, _ mentions: RawMentions
  ) async throws -> ParcelExplanation {
    var layouts: [String: [LedgerFile]] = [:]
    var explained: [ExplainedEvent] = []
    for (event, decision) in zip(timeline.events, timeline.decisions) {
      let path = event.origin.file
      if layouts[path] == nil { layouts[path] = try await store.files(at: path) }
      var one = ExplainedEvent(event, decision)
      one.layout = layouts[path]?.last { $0.source == event.origin.source }?.layout
      let mapped = map.meaning(code: event.wording.code, label: event.wording.label)
      if mapped.meaning == event.meaning {
        one.rule = mapped.rule.map { ($0, places.place(of: $0)) }
      } else {
        one.otherMeaning = mapped.meaning
      }
      explained.append(one)
    }
    var explanation = ParcelExplanation(timeline, explained, mentions)
    explanation.map = try await store.mapInForce()
    explanation.repeats = try await RepeatedRows(store, layouts: self.layouts).find(timeline.events)
    return explanation
  }
}
