import Synchronization

/// What tasks want of a session's thread.
final class SessionMailbox: Sendable {
  enum Letter: Sendable {
    case send(UInt64, HTTPRequest, CheckedContinuation<Result<HTTPResponse, HTTPFault>, Never>)
    case cancel(UInt64)
  }

  private struct State {
    var letters: [Letter] = []
    var last: UInt64 = 0
    var isClosed = false
  }

  let settings: HTTPSession.Settings
  /// Nil: there was no memory for it.
  let multi = MultiHandle()
  private let state = Mutex(State())

  init(_ settings: HTTPSession.Settings) { self.settings = settings }

  /// For one request.
  func nextNumber() -> UInt64 {
    state.withLock { state in
      state.last += 1
      return state.last
    }
  }

  func post(_ letter: Letter) {
    // Who finds letters there knows that the thread has been woken for them.
    let isFirst = state.withLock { state in
      state.letters.append(letter)
      return state.letters.count == 1
    }
    if isFirst { multi?.wake() }
  }

  /// No letter comes after this.
  func close() {
    state.withLock { $0.isClosed = true }
    multi?.wake()
  }

  /// What has come since the last time.
  func take() -> (letters: [Letter], isClosed: Bool) {
    state.withLock { state in
      defer { state.letters = [] }
      return (state.letters, state.isClosed)
    }
  }
}
