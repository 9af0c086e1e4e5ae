import TrackingFile

/// Where the tracking of a service stands; the raw value is what users see and script against.
public enum FeedState: String, CaseIterable, Sendable {
  /// A field of the contract is missing or malformed.
  case incomplete
  case subscriptionRequired = "subscription-required"
  case advisorToInform = "advisor-to-inform"
  case awaitingFirstFile = "awaiting-first-file"
  case live
  /// Nothing came for longer than agreed.
  case silent
  /// Account or account ID changed since the feed was last live.
  case reconfigurationRequired = "reconfiguration-required"
}

/// The state of a service's feed, and what to do next.
public struct Feed: Hashable, Sendable {
  public let state: FeedState
  /// A sentence in English that names account and account ID.
  public let nextStep: String
}

extension MerchantContract {
  /// The state of the feed of one of this contract's services.
  /// - Parameters:
  ///   - lastRowAt: when the last row of the service's present account pair came; nil: none yet.
  ///   - formerPair: the pair under which rows of this service came before, where it was another.
  ///   - now: seconds since 1970, as `lastRowAt` is.
  ///   - today: the day by which `requested` is judged.
  public func feed(
    of service: ContractService, lastRowAt: Int64?, formerPair: AccountPair? = nil, now: Int64,
    today: CalendarDay
  ) -> Feed {
    let account = service.accountText
    switch holdReason(on: today) {
    case .contractIncomplete?: return incompleteFeed(account)
    case .subscriptionRequired?: return unsubscribedFeed(account)
    default: break
    }
    if lastRowAt == nil, let formerPair, formerPair != service.pair {
      return Feed(
        state: .reconfigurationRequired,
        nextStep: """
          Tell your Colis Privé sales advisor that account \(formerPair.account), account ID \
          \(formerPair.accountID) became \(account), so that its transmission is configured \
          again, and write the day under tracking.requested.
          """)
    }
    guard let requested, requested <= today else { return advisorFeed(account) }
    guard let lastRowAt else {
      return Feed(
        state: .awaitingFirstFile,
        nextStep: """
          Wait for the first file of \(account): its transmission was requested on \(requested), \
          and the carrier's IT department has to switch it on.
          """)
    }
    let last = WallClock.paris.rfc3339(seconds: lastRowAt)
    if BusinessTime.seconds(from: lastRowAt, to: now) > Int64(silence) * 3600 {
      return Feed(
        state: .silent,
        nextStep: """
          Ask your Colis Privé sales advisor why nothing came for \(account) since \(last), which \
          is longer than the \(silence) hours of business days agreed.
          """)
    }
    return Feed(
      state: .live, nextStep: "Nothing to do: the last row of \(account) came at \(last).")
  }

  private func incompleteFeed(_ account: String) -> Feed {
    let first = problems.first.map(\.message) ?? ""
    let others = problems.count > 1 ? " (and \(problems.count - 1) more)" : ""
    return Feed(
      state: .incomplete,
      nextStep: "Complete contract \(id), which holds the rows of \(account): \(first)\(others).")
  }

  private func unsubscribedFeed(_ account: String) -> Feed {
    let plans = Plan.allCases.filter(\.allowsOwnContracts).map(\.rawValue)
    let names = plans.dropLast().joined(separator: ", ") + " or " + (plans.last ?? "")
    return Feed(
      state: .subscriptionRequired,
      nextStep: """
        Take a subscription that allows own contracts (\(names)) for \(account), and write it \
        under subscription with active: true.
        """)
  }

  private func advisorFeed(_ account: String) -> Feed {
    let nextStep =
      if let requested {
        """
        Nothing to do until \(requested), the day on which your Colis Privé sales advisor is told \
        that the contract is active for \(account).
        """
      } else {
        """
        Tell your Colis Privé sales advisor that the contract is active for \(account), so that \
        its transmission over SFTP is switched on, and write the day under tracking.requested.
        """
      }
    return Feed(state: .advisorToInform, nextStep: nextStep)
  }
}

extension ContractService {
  /// The account and its ID for a sentence.
  fileprivate var accountText: String {
    "account \(account ?? "(missing)"), account ID \(accountID ?? "(missing)")"
  }
}
