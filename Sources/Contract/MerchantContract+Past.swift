import Carrier

/// Whether rows of a service may come in, by what is remembered of it.
extension MerchantContract {
  /// Whether the carrier must be informed again, because a service that had brought rows has another
  /// account or account ID now: the day of `tracking.requested` lies before the edit that named the new
  /// pair, and no row has come under it.
  func needsReconfiguration(
    of service: ContractService, on today: CalendarDay, past: FeedPast
  ) -> Bool {
    let present = past.present(self, service)
    guard service.pair != nil, present?.lastRowAt == nil, !past.former(self, service).isEmpty
    else { return false }
    let changed = dayOfChange(of: present, on: today)
    return requested.map { $0 < changed || $0 > today } ?? true
  }

  /// The day on which the contract was edited so that it names a pair: as it is remembered, or, for
  /// a change that is not stored yet, the day of the file.
  func dayOfChange(of present: FeedRecord?, on today: CalendarDay) -> CalendarDay {
    min(today, (present?.firstNamedAt ?? editedAt).map { CalendarDay(at: $0) } ?? today)
  }

  /// Why rows of a service may not come in today; nil when they may.
  ///
  /// Of several reasons it is the one that a merchant has to settle first.
  public func holdReason(
    of service: ContractService, on today: CalendarDay, past: FeedPast
  ) -> HoldReason? {
    if let reason = holdReason(on: today) { return reason }
    if service.conflict != nil { return .contractIncomplete }
    return needsReconfiguration(of: service, on: today, past: past) ? .trackingNotRequested : nil
  }
}
