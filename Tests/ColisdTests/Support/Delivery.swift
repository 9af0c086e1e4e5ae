import Foundation
import TestSupport
import Testing

/// A request that a receiver got of a daemon, as what it says.
struct Delivery: Sendable {
  let request: HTTPReceiver.Request
  /// The header `webhook-id`.
  let id: String
  /// The body; null where it is no JSON.
  let message: JSONValue

  init(_ request: HTTPReceiver.Request) {
    self.request = request
    id = request.deliveryID
    message = (try? JSONValue(String(decoding: request.body, as: UTF8.self))) ?? .null
  }

  var type: String? { message.type.string }
  var seq: Int? { message.data.seq.integer }
  var parcel: String? { message.data.parcel.string }

  /// Whether the receiver said that it has it.
  var isTaken: Bool { request.isTaken }
}

extension HTTPReceiver.Request {
  /// The header `webhook-id`.
  fileprivate var deliveryID: String { headers["webhook-id"] ?? "" }

  fileprivate var isTaken: Bool { answer.map { 200..<300 ~= $0.status } ?? false }
}

extension HTTPReceiver {
  /// What came so far, in the order in which it came.
  /// - Parameter path: nil: at any.
  func deliveries(at path: String? = nil) -> [Delivery] {
    requests.filter { path == nil || $0.path == path }.map { Delivery($0) }
  }

  /// The deliveries that were taken so far. No body is read for it, so it may be asked again and again.
  /// - Parameters:
  ///   - path: nil: at any.
  ///   - first: so many requests came before.
  func idsTaken(at path: String? = nil, from first: Int = 0) -> Set<String> {
    let taken = requests.dropFirst(first).filter {
      (path == nil || $0.path == path) && $0.isTaken
    }
    return Set(taken.map(\.deliveryID))
  }

  /// Waits until so many different deliveries were taken.
  /// - Returns: all that came, also again.
  @discardableResult
  func waits(
    forTaken count: Int, at path: String? = nil, within limit: Duration = .seconds(30)
  ) async throws -> [Delivery] {
    do {
      try await eventually(within: limit, "\(count) deliveries") {
        idsTaken(at: path).count >= count
      }
    } catch {
      let all = deliveries(at: path)
      throw TestSupportError("\(error): \(all.idsTaken.count) were taken, \(all.count) came")
    }
    return try await onThread { [self] in deliveries(at: path) }
  }
}

extension [Delivery] {
  var idsTaken: Set<String> { Set(lazy.filter(\.isTaken).map(\.id)) }

  /// How many were taken although they had been taken before.
  var repeated: Int { count(where: \.isTaken) - idsTaken.count }

  var seqs: [Int] { compactMap(\.seq) }

  /// Checks that all of these entries came, each under one ID of its own, and that none was tried before the
  /// earlier ones of its parcel were taken.
  /// - Parameter entries: `seq` and parcel of what an endpoint should get, in the order of `seq`.
  func expectInOrder(
    _ entries: [(seq: Int, parcel: String)], _ comment: Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(
      Set(filter(\.isTaken).seqs) == Set(entries.map(\.seq)), comment,
      sourceLocation: sourceLocation)
    let ids = Dictionary(grouping: self, by: \.id).mapValues { Set($0.seqs) }
    #expect(ids.values.allSatisfy { $0.count == 1 }, comment, sourceLocation: sourceLocation)
    #expect(ids.count == Set(seqs).count, comment, sourceLocation: sourceLocation)

    // When an entry was taken first.
    var taken: [Int: Double] = [:]
    for delivery in self where delivery.isTaken {
      guard let seq = delivery.seq, let answer = delivery.request.answer else { continue }
      taken[seq] = Swift.min(taken[seq] ?? .infinity, answer.seconds)
    }
    var earlier: [Int: Int] = [:]
    var last: [String: Int] = [:]
    for entry in entries {
      earlier[entry.seq] = last.updateValue(entry.seq, forKey: entry.parcel)
    }
    let early = filter { delivery in
      guard let seq = delivery.seq, let before = earlier[seq] else { return false }
      return taken[before] ?? .infinity > delivery.request.seconds
    }
    #expect(early.isEmpty, comment, sourceLocation: sourceLocation)
  }
}

extension Workspace {
  /// All events of the store, as a receiver should get them.
  func entries(
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> [(seq: Int, parcel: String)] {
    try await events(sourceLocation: sourceLocation).compactMap { event in
      guard let seq = event.seq.integer, let parcel = event.parcel.string else { return nil }
      return (seq, parcel)
    }
  }
}
