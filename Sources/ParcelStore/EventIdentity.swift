import Carrier

/// What makes two rows the same event: see `EventStore`.
package struct EventIdentity: Hashable {
  private let parcel: ParcelOfAccount
  private let seconds: Int64
  private let grain: UInt8
  // As bytes: texts that look the same are not the same code.
  private let code: [UInt8]
  /// Counts only where there is no code.
  private let label: [UInt8]
  private let site: [UInt8]

  package init(_ parcel: ParcelOfAccount, _ time: EventTime, _ wording: Wording, site: String?) {
    self.parcel = parcel
    seconds = time.seconds
    grain = time.precision.grain
    code = Array((wording.foldedCode ?? "").utf8)
    label = wording.code == nil ? Array((wording.label ?? "").utf8) : []
    self.site = Array((site ?? "").utf8)
  }

  package init(_ event: StoredEvent) {
    self.init(
      ParcelOfAccount(number: event.parcel, account: event.account), event.time, event.wording,
      site: event.site)
  }
}
