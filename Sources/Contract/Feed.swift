import TrackingFile

/// Where the tracking of a service stands; the raw value is what users see and script against.
public enum FeedState: String, CaseIterable, Sendable {
  /// A field of the contract is missing or malformed.
  case incomplete
  case subscriptionRequired = "subscription-required"
  case advisorToInform = "advisor-to-inform"
  case awaitingFirstFile = "awaiting-first-file"
  case live
  /// Nothing came for longer than agreed, or by the time of day by which it usually has.
  case silent
  /// Account or account ID changed since the feed was last live.
  case reconfigurationRequired = "reconfiguration-required"

  /// Whether somebody should look: a feed that was live is not any more.
  public var isBroken: Bool { self == .silent || self == .reconfigurationRequired }
}

/// The state of a service's feed, and what to do next.
public struct Feed: Hashable, Sendable {
  public let state: FeedState
  /// A sentence in English that names account and account ID.
  public let nextStep: String
  /// Of a silent feed: what tells that it is, in words.
  public let evidence: String?
  /// What to write to the sales advisor, where that is the next step.
  public let message: AdvisorMessage?
  /// Whether a live feed would be silent by now, had anybody looked: then it is not the carrier that
  /// has to be asked.
  public let isUnwatched: Bool

  init(
    _ state: FeedState, _ nextStep: String, evidence: String? = nil,
    message: AdvisorMessage? = nil, isUnwatched: Bool = false
  ) {
    self.isUnwatched = isUnwatched
    self.state = state
    self.nextStep = nextStep
    self.evidence = evidence
    self.message = message
  }
}

extension MerchantContract {
  /// The state of the feed of one of this contract's services.
  /// - Parameters:
  ///   - past: what is remembered of the pairs that it has and had.
  ///   - rhythm: the feed's usual time of day; nil: it has none, or nobody looked today.
  ///   - now: seconds since 1970.
  ///   - lookedAt: when the drop was looked at last, by which silence is judged: what nobody looked for
  ///     is no silence of the carrier's; nil: it never was.
  public func feed(
    of service: ContractService, past: FeedPast, rhythm: DailyRhythm? = nil, now: Int64,
    lookedAt: Int64?
  ) -> Feed {
    let today = CalendarDay(at: now)
    switch holdReason(on: today) {
    case .contractIncomplete?: return incompleteFeed(service)
    case .subscriptionRequired?: return unsubscribedFeed(service)
    default: break
    }
    if let conflict = service.conflict {
      return Feed(.incomplete, "Decide whose rows these are: \(conflict).")
    }
    if needsReconfiguration(of: service, on: today, past: past),
      let former = past.former(self, service).first
    {
      let changed = past.present(self, service)?.namedSince ?? now
      return reconfigurationFeed(service, former, since: CalendarDay(at: changed))
    }
    guard let requested, requested <= today else { return advisorFeed(service) }
    guard let record = past.present(self, service), let last = record.lastRowAt else {
      return awaitingFeed(service, since: requested, now: now)
    }
    let breach = lookedAt.flatMap { rhythm?.breach(now: $0, lastRowAt: last) }
    if let lookedAt, let silent = silentFeed(service, lastRowAt: last, breach, now: lookedAt) {
      return silent
    }
    if silentFeed(service, lastRowAt: last, nil, now: now) != nil {
      return unwatchedFeed(service, lastRowAt: last, lookedAt: lookedAt)
    }
    return liveFeed(service, record, lastRowAt: last)
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
    _ service: ContractService, _ former: FeedRecord, since changed: CalendarDay
  ) -> Feed {
    Feed(
      .reconfigurationRequired,
      """
      Tell your Colis Privé sales advisor that account \(former.account.account), account ID \
      \(former.account.accountID) became \(service.accountText), so that its transmission is \
      configured again, and write the day, \(changed) or later, under tracking.requested. Until \
      then rows of the new account are held.
      """,
      message: service.message { account, accountID in
        AdvisorMessage(
          reconfigurationOf: service.kind, contract: name,
          formerAccount: former.account.account, formerAccountID: former.account.accountID,
          account: account, accountID: accountID)
      })
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
      message: service.message { account, accountID in
        AdvisorMessage(
          activationOf: service.kind, contract: name, account: account, accountID: accountID)
      })
  }

  private func awaitingFeed(
    _ service: ContractService, since requested: CalendarDay, now: Int64
  ) -> Feed {
    Feed(
      .awaitingFirstFile,
      """
      Wait for the first file of \(service.accountText): its transmission was requested on \
      \(requested), and the carrier's IT department has to switch it on.
      """)
  }

  private func silentFeed(
    _ service: ContractService, lastRowAt: Int64, _ breach: RhythmBreach?, now: Int64
  ) -> Feed? {
    let last = WallClock.paris.rfc3339(seconds: lastRowAt)
    let seconds = BusinessTime.seconds(from: lastRowAt, to: now)
    let evidence: String
    if seconds > Int64(silence) * 3600 {
      evidence = """
        nothing came since \(last), for \(seconds / 3600) hours of business days, and \(silence) \
        are agreed
        """
    } else if let breach {
      evidence = breach.sentence
    } else {
      return nil
    }
    return Feed(
      .silent,
      "Ask your Colis Privé sales advisor about \(service.accountText): \(evidence).",
      evidence: evidence,
      message: service.message { account, accountID in
        AdvisorMessage(
          silenceOf: service.kind, contract: name, account: account, accountID: accountID,
          lastDay: CalendarDay(at: lastRowAt))
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
    _ service: ContractService, _ record: FeedRecord, lastRowAt: Int64
  ) -> Feed {
    let clock = WallClock.paris
    let first = clock.rfc3339(seconds: record.firstRowAt ?? lastRowAt)
    return Feed(
      .live,
      """
      Nothing to do: live since \(first), the last row of \(service.accountText) came at \
      \(clock.rfc3339(seconds: lastRowAt)).
      """)
  }
}

extension ContractService {
  /// The account and its ID for a sentence.
  fileprivate var accountText: String {
    "account \(account ?? "(missing)"), account ID \(accountID ?? "(missing)")"
  }

  fileprivate func message(
    _ make: (_ account: String, _ accountID: String) -> AdvisorMessage
  ) -> AdvisorMessage? {
    guard let account, let accountID else { return nil }
    return make(account, accountID)
  }
}
