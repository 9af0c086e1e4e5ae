import Foundation
import TestSupport
import Testing

extension Workspace {
  /// All events without what depends on the run: the place in the order and the time of receipt.
  ///
  /// - Throws: where an event came twice.
  func content() async throws -> Set<ArraySlice<UInt8>> {
    let result = try await run("events")
    try #require(result.status == Exit.done, "\(result.standardError)")
    let output = result.rawOutput
    return try await onThread { try EventLines.content(of: output) }
  }

  /// Checks that every file of the ledger was read to its end and that its lines add up.
  func expectLedgerAddsUp(
    files: Int, rows: Int? = nil, _ comment: Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let ledger = try await ledger(sourceLocation: sourceLocation)
    #expect(ledger.count == files, comment, sourceLocation: sourceLocation)
    for (name, file) in ledger {
      let parts = ["events_new", "events_repeated", "held", "rejected"].map {
        file[$0]?.integer ?? .min
      }
      #expect(file.state == "ingested", "\(name)", sourceLocation: sourceLocation)
      #expect(
        parts.reduce(0, +) == file.rows.integer, "\(name): \(parts)", sourceLocation: sourceLocation
      )
      if let rows {
        #expect(file.rows.integer == rows, "\(name)", sourceLocation: sourceLocation)
      }
    }
  }
}
