import Synchronization

/// How many clients follow events. Each holds a connection for as long as it likes, so their number is bounded.
final class Followers: Sendable {
  private let count = Mutex(0)
  private let most: Int

  init(_ limits: ServerLimits) { most = limits.followers }

  /// A place, which is free again when it is let go of.
  final class Ticket: Sendable {
    private let followers: Followers

    fileprivate init(_ followers: Followers) { self.followers = followers }

    deinit { followers.count.withLock { $0 -= 1 } }
  }

  /// - Throws: `Problem` when all places are taken.
  func take() throws(Problem) -> Ticket {
    let isFree = count.withLock { count in
      guard count < most else { return false }
      count += 1
      return true
    }
    guard isFree else {
      throw .unavailable("\(most) clients follow already; try again later, or ask without follow")
    }
    return Ticket(self)
  }
}
