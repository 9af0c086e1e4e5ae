import Carrier

extension MerchantContract {
  /// The state of the feed of one of this contract's services.
  /// - Parameters:
  ///   - past: what is remembered of the pairs that it has and had.
  ///   - rhythm: the feed's usual time of day; nil: it has none, or the drop was not listed today.
  ///   - now: seconds since 1970.
  ///   - lookedAt: when the drop was listed last; nil: it never was. Silence is judged by it: as
  ///     long as the drop is not listed, silence is not the carrier's fault.
  public func feed(
    of service: ContractService, past: FeedPast, rhythm: DailyRhythm? = nil, now: Int64,
    lookedAt: Int64?
  ) -> Feed {
    let today = CalendarDay(at: now)
    let hasBrought = past.hasBrought(self, service)
    func stopped(_ feed: Feed) -> Feed {
      var feed = feed
      feed.hasStopped = hasBrought
      return feed
    }
    switch holdReason(on: today) {
    case .contractIncomplete?: return stopped(incompleteFeed(service))
    case .subscriptionRequired?: return stopped(unsubscribedFeed(service))
    default: break
    }
    if let conflict = service.conflict {
      return stopped(Feed(.incomplete, "Decide whose rows these are: \(conflict)."))
    }
    let present = past.present(self, service)
    if needsReconfiguration(of: service, on: today, past: past),
      let former = past.former(self, service).first
    {
      return reconfigurationFeed(
        service, former, since: dayOfChange(of: present, on: today), on: today,
        isKnown: service.pair.flatMap { past.owner(of: $0) } != nil)
    }
    guard let requested, requested <= today else {
      guard hasBrought else { return advisorFeed(service) }
      return stopped(waitingFeed(service, lastRowAt: present?.lastRowAt))
    }
    guard let last = present?.lastRowAt else {
      // If rows came under another pair before, rows are expected: that none come is silence.
      let silence = Silence(
        lastRowAt: nil, start: max(requested.start(), present?.namedSince ?? .min),
        requested: requested)
      if hasBrought, let lookedAt, let silent = silentFeed(service, silence, now: lookedAt) {
        return silent
      }
      let isUnwatched = hasBrought && silentFeed(service, silence, now: now) != nil
      return awaitingFeed(service, since: requested, isUnwatched: isUnwatched)
    }
    let silence = Silence(
      lastRowAt: last,
      start: max(last, present?.isNamedAnew == true ? now : present?.namedSince ?? last),
      rhythm: rhythm)
    if let lookedAt, let silent = silentFeed(service, silence, now: lookedAt) { return silent }
    if silentFeed(service, Silence(lastRowAt: last, start: silence.start), now: now) != nil {
      return unwatchedFeed(service, lastRowAt: last, lookedAt: lookedAt)
    }
    return liveFeed(service, firstRowAt: present?.firstRowAt, lastRowAt: last)
  }

  /// Since when nothing came, and what that is judged by.
  private struct Silence {
    /// Of the pair, whatever contract had it then; nil: none ever came.
    var lastRowAt: Int64?
    /// From when on rows were to come: the last one, or since when the contract names the pair (again).
    var start: Int64
    var rhythm: DailyRhythm?
    /// The day on which the carrier was informed, where no row came since.
    var requested: CalendarDay?
  }

  private func incompleteFeed(_ service: ContractService) -> Feed {
    let first = problems.first.map(\.message) ?? ""
    let others = problems.count > 1 ? " (and \(problems.count - 1) more)" : ""
    return Feed(
      .incomplete,
      "Complete contract \(id), which holds the rows of \(service.accountText): "
        + "\(first)\(others).")
  }

  private func unsubscribedFeed(_ service: ContractService) -> Feed {
    let plans = Plan.allCases.filter(\.allowsOwnContracts).map(\.rawValue)
    let names = plans.dropLast().joined(separator: ", ") + " or " + (plans.last ?? "")
    return Feed(
      .subscriptionRequired,
      """
      Take a subscription that allows own contracts (\(names)) for \(service.accountText), and \
      write it under subscription with active: true.
      """)
  }

  private func reconfigurationFeed(
    _ service: ContractService, _ former: FeedRecord, since changed: CalendarDay,
    on today: CalendarDay, isKnown: Bool
  ) -> Feed {
    let held =
      "rows of the new account are held"
      + (isKnown ? ", but for parcels that are known under it" : "")
    let change = """
      account \(former.account.account), account ID \(former.account.accountID) became \
      \(service.accountText)
      """
    let nextStep =
      if let requested, requested > today {
        """
        Tell your Colis Privé sales advisor on \(requested), the day under tracking.requested, that \
        \(change), so that its transmission is configured again. Until that day \(held).
        """
      } else {
        """
        Tell your Colis Privé sales advisor that \(change), so that its transmission is configured \
        again, and write the day, \(changed) or later, under tracking.requested. Until then \(held).
        """
      }
    return Feed(
      .reconfigurationRequired, nextStep,
      message: named(service).map {
        AdvisorMessage(reconfigurationOf: $0, former: former.account)
      })
  }

  /// A feed that was live: nothing has to be activated, a day only has to be written or has to
  /// come.
  private func waitingFeed(_ service: ContractService, lastRowAt: Int64?) -> Feed {
    let last =
      lastRowAt.map { " (the last at \(WallClock.paris.rfc3339(seconds: $0)))" } ?? ""
    let nextStep =
      if let requested {
        """
        Rows of \(service.accountText) came before\(last), and are held until \(requested), the day \
        under tracking.requested. If they are to come in at once, write the day on which your Colis \
        Privé sales advisor was told.
        """
      } else {
        """
        Rows of \(service.accountText) came before\(last), and are held: write the day on which your \
        Colis Privé sales advisor was told under tracking.requested.
        """
      }
    return Feed(.advisorToInform, nextStep)
  }

  private func advisorFeed(_ service: ContractService) -> Feed {
    let nextStep =
      if let requested {
        """
        Nothing to do until \(requested), the day on which your Colis Privé sales advisor is told \
        that the contract is active for \(service.accountText).
        """
      } else {
        """
        Tell your Colis Privé sales advisor that the contract is active for \
        \(service.accountText), so that its transmission over SFTP is switched on, and write the \
        day under tracking.requested.
        """
      }
    return Feed(
      .advisorToInform, nextStep,
      message: named(service).map { AdvisorMessage(activationOf: $0) })
  }

  private func awaitingFeed(
    _ service: ContractService, since requested: CalendarDay, isUnwatched: Bool
  ) -> Feed {
    Feed(
      .awaitingFirstFile,
      """
      Wait for the first file of \(service.accountText): its transmission was requested on \
      \(requested), and the carrier's IT department has to switch it on.
      """, isUnwatched: isUnwatched)
  }

  private func silentFeed(_ service: ContractService, _ silence: Silence, now: Int64) -> Feed? {
    let clock = WallClock.paris
    let seconds = BusinessTime.seconds(from: silence.start, to: now)
    let evidence: String
    if seconds > Int64(self.silence) * 3600 {
      let hours =
        "for \(seconds / 3600) hours of business days, and \(self.silence) are agreed"
      let last = silence.lastRowAt.map { clock.rfc3339(seconds: $0) }
      evidence =
        switch (last, silence.requested) {
        case (nil, let requested?):
          "nothing came since it was requested on \(requested), \(hours)"
        case (let last?, _) where silence.start == silence.lastRowAt:
          "nothing came since \(last), \(hours)"
        default:
          """
          nothing came since the contract names this account again, at \
          \(clock.rfc3339(seconds: silence.start)), \(hours); its last row came at \(last ?? "-")
          """
        }
    } else if let last = silence.lastRowAt, silence.start == last,
      let breach = silence.rhythm?.breach(now: now, lastRowAt: last)
    {
      evidence = breach.sentence
    } else {
      return nil
    }
    return Feed(
      .silent,
      "Ask your Colis Privé sales advisor about \(service.accountText): \(evidence).",
      evidence: evidence,
      message: named(service).map { named in
        if let last = silence.lastRowAt {
          AdvisorMessage(silenceOf: named, lastDay: CalendarDay(at: last))
        } else {
          AdvisorMessage(
            absenceOf: named, requested: silence.requested ?? CalendarDay(at: silence.start))
        }
      })
  }

  private func unwatchedFeed(
    _ service: ContractService, lastRowAt: Int64, lookedAt: Int64?
  ) -> Feed {
    let clock = WallClock.paris
    let looked =
      lookedAt.map { "was last read at \(clock.rfc3339(seconds: $0))" } ?? "was never read"
    return Feed(
      .live,
      """
      Start colisd, or see what keeps it from the server: the drop \(looked), so nobody can say \
      whether rows of \(service.accountText) have come since the last one at \
      \(clock.rfc3339(seconds: lastRowAt)).
      """, isUnwatched: true)
  }

  private func liveFeed(
    _ service: ContractService, firstRowAt: Int64?, lastRowAt: Int64
  ) -> Feed {
    let clock = WallClock.paris
    let first = clock.rfc3339(seconds: firstRowAt ?? lastRowAt)
    return Feed(
      .live,
      """
      Nothing to do: live since \(first), the last row of \(service.accountText) came at \
      \(clock.rfc3339(seconds: lastRowAt)).
      """)
  }
}

extension MerchantContract {
  /// A service for a letter; nil where its account or its ID is missing.
  private func named(_ service: ContractService) -> NamedService? {
    guard let account = service.account, let accountID = service.accountID else { return nil }
    return NamedService(service.kind, contract: name, account: account, accountID: accountID)
  }
}

extension ContractService {
  /// The account and its ID for a sentence.
  fileprivate var accountText: String {
    "account \(account ?? "(missing)"), account ID \(accountID ?? "(missing)")"
  }
}
