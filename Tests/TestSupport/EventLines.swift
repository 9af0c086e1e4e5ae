import Foundation

/// What `colisd events` prints.
public enum EventLines {
  /// The lines without what depends on the run: the place in the order and the time of receipt.
  /// - Throws: where an event came twice.
  public static func content(of output: [UInt8]) throws -> Set<ArraySlice<UInt8>> {
    var events: Set<ArraySlice<UInt8>> = []
    let received = Array("\"received_at\":\"2026-01-01T00:00:00Z\",".utf8)
    let key = Array("\"received_at\"".utf8)
    for line in output.split(separator: UInt8(ascii: "\n")) {
      guard let comma = line.firstIndex(of: UInt8(ascii: ",")) else { continue }
      let rest = line[comma...]
      guard let range = rest.firstRange(of: key) else { continue }
      events.insert(rest[..<range.lowerBound] + rest[(range.lowerBound + received.count)...])
    }
    // A set hides repeats; the number of lines does not.
    guard events.count == output.count(where: { $0 == UInt8(ascii: "\n") }) else {
      throw TestSupportError("an event came twice")
    }
    return events
  }
}
