import Carrier
import ParcelStore

/// Where one parcel is, and why: a number, and what is searched for it.
public struct ParcelQuestion: Sendable {
  public var asked: AskedNumber
  /// Only under this account ID; nil: under every one.
  public var accountID: String?

  public init(_ asked: AskedNumber, accountID: String? = nil) {
    self.asked = asked
    self.accountID = accountID
  }

  /// Called with how many held rows were searched for the number, and how many there are.
  public typealias OnProgress = (_ done: Int, _ all: Int) -> Void

  /// The page of the number under the account to which something happened last.
  /// - Throws: `NotFound` if nothing is known of the number; `StoreError`.
  public func page(
    in store: any StoreReader, deadline: PickupDeadline, onProgress: OnProgress = { _, _ in }
  ) async throws -> ParcelPage {
    for parcel in asked.forms {
      async let found = store.timelines(of: parcel, accountID: accountID)
      let mentions = try await store.mentions(
        of: parcel, accountID: accountID, progress: onProgress)
      if var page = ParcelPage(of: parcel, try await found, mentions) {
        if parcel == asked.parcel { page.asked = asked.key }
        page.deadline = deadline
        return page
      }
      guard parcel == asked.forms.last else { continue }
      let under = accountID.map { " under the account ID \(singleLine($0))" } ?? ""
      let hint = asked.parcel.isColisPrive ? "" : "; a number of Colis Privé has 12 characters"
      throw NotFound(
        "no parcel \(asked.parcel) is known\(under)" + hint + mentions.rejectedText,
        .parcel(asked.parcel, accountID: accountID, rejected: mentions.rejected))
    }
    throw NotFound(
      "no parcel \(asked.parcel) is known",
      .parcel(asked.parcel, accountID: accountID, rejected: 0))
  }

  /// What has to be explained.
  public struct Case: Sendable {
    public var timeline: ParcelTimeline
    public var mentions: RawMentions
  }

  /// The timeline with the newest event, with the lines that carry the number.
  /// - Throws: `NotFound` if nothing is known of the number; `StoreError`.
  public func find(
    in store: any StoreReader, onProgress: OnProgress = { _, _ in }
  ) async throws -> Case {
    for parcel in asked.forms {
      async let found = store.timelines(of: parcel, accountID: accountID)
      let mentions = try await store.mentions(
        of: parcel, accountID: accountID, progress: onProgress)
      let latest = try await found.max { left, right in
        (left.events.map(\.seq).max() ?? 0) < (right.events.map(\.seq).max() ?? 0)
      }
      let held = mentions.held.first.map {
        ParcelTimeline(parcel: parcel, heldUnder: $0.account.account)
      }
      if let timeline = latest ?? held { return Case(timeline: timeline, mentions: mentions) }
    }
    throw NotFound(
      "no parcel \(asked.parcel) is known",
      .parcel(asked.parcel, accountID: accountID, rejected: 0))
  }
}
