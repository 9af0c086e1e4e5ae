import HTTPClient
import ParcelStore

/// Sends to one endpoint: what an entry says now, signed anew at each try.
///
///     let sender = EndpointSender(endpoint, store: incarnation, session: session)
///     let end = await sender.send(entry, of: standing, at: now)
public struct EndpointSender: Sendable {
  private let endpoint: Endpoint
  private let store: Incarnation
  private let session: HTTPSession
  private let refusal: HTTPRequest.AddressCheck

  /// - Parameter store: whose `seq` entries have.
  public init(_ endpoint: Endpoint, store: Incarnation, session: HTTPSession) {
    self.endpoint = endpoint
    self.store = store
    self.session = session
    // Without TLS anybody on the way can read it, so it goes to networks alone that somebody has named.
    let isPlain = endpoint.url.prefix(5).lowercased() == "http:"
    refusal =
      AddressRule(allowed: endpoint.allowedNetworks, isOnlyAllowed: isPlain).refusal
  }

  /// Sends an entry of the journal. Cancelling the task breaks it off.
  /// - Parameters:
  ///   - parcel: as it is now.
  ///   - now: seconds since 1970.
  public func send(
    _ entry: JournalEntry, of parcel: ParcelStanding, at now: Int64
  ) async -> DeliveryQueue.End {
    // Of entries that are no more nobody is sent anything.
    guard let body = DeliveryBody(entry, of: parcel, to: endpoint) else { return .pruned }
    let id = MessageID(endpoint: endpoint.name, store: store, seq: entry.seq)
    do throws(HTTPFault) {
      return DeliveryQueue.End(try await post(body, id, at: now), at: now)
    } catch {
      return DeliveryQueue.End(error)
    }
  }

  /// Sends a message that is about no parcel.
  /// - Parameter now: seconds since 1970.
  public func test(at now: Int64) async -> DeliveryTest {
    let start = ContinuousClock.now
    let end: DeliveryQueue.End
    var status: Int?
    do throws(HTTPFault) {
      let answer = try await post(DeliveryBody(testOf: endpoint, at: now), .ofTest(), at: now)
      status = answer.status
      end = DeliveryQueue.End(answer, at: now)
    } catch {
      end = DeliveryQueue.End(error)
      status = error.status
    }
    let milliseconds = Int((ContinuousClock.now - start) / .milliseconds(1))
    return DeliveryTest(
      status: status, milliseconds: milliseconds, reason: end.reason, answer: end.fault?.answer)
  }

  private func post(
    _ body: DeliveryBody, _ id: MessageID, at now: Int64
  ) async throws(HTTPFault) -> HTTPResponse {
    var request = HTTPRequest(endpoint.url, timeout: endpoint.timeout)
    request.method = "POST"
    request.headers =
      [("content-type", body.contentType), ("user-agent", "colisd")]
      + endpoint.signature(id, at: now, of: body.bytes).headers
    request.body = body.bytes
    request.connectTimeout = min(request.connectTimeout, endpoint.timeout)
    request.keptBody = DeliveryFault.longestAnswer
    request.longestBody = Self.longestAnswer
    request.refusal = refusal
    return try await session.send(request)
  }

  /// An answer with more bytes is broken off, with its connection.
  private static let longestAnswer = 65_536
}
