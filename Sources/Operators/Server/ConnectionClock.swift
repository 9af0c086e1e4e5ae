import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Closes a connection whose client takes too long: to send a request, or to read an answer.
///
/// A client that keeps a connection costs a descriptor and some kilobytes, so each has its time.
final class ConnectionClock: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let limits: ServerLimits
  private let connections: Connections
  private var deadline: Scheduled<Void>?
  /// Requests that have no complete answer yet.
  private var unanswered = 0
  /// Whether a request has come of which the end is missing.
  private var isReceiving = false
  /// Parts of answers that the client has not taken yet.
  private var unread = 0
  /// Nothing more is answered: what came is no HTTP, or an answer said that it is the last one of its connection.
  private var isEnding = false
  /// Whether the answer that goes out says so.
  private var isLast = false

  init(_ limits: ServerLimits, _ connections: Connections) {
    self.limits = limits
    self.connections = connections
  }

  func handlerAdded(context: ChannelHandlerContext) {
    connections.add(context.channel)
    setDeadline(limits.head, context)
  }

  func handlerRemoved(context: ChannelHandlerContext) { forget(context) }

  func channelInactive(context: ChannelHandlerContext) {
    forget(context)
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head:
      unanswered += 1
      isReceiving = true
      // Bodies are not expected: the rest of the request has the same time again. An answer that the client does not
      // take keeps its own time, whatever is asked behind it.
      if unread == 0 { setDeadline(limits.head, context) }
    case .body: break
    case .end:
      isReceiving = false
      if unread == 0, !isEnding { deadline?.cancel() }
    }
    context.fireChannelRead(data)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // A client that goes on sending would wait for ever: nobody reads, and nobody closes.
    end(context)
    context.fireErrorCaught(error)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let part = unwrapOutboundIn(data)
    if case .head(let head) = part { isLast = head.headerFields[.connection] == "close" }
    let isEnd = if case .end = part { true } else { false }
    // The next answer may begin before this one was taken.
    let isLastEnd = isEnd && isLast
    let taken = promise ?? context.eventLoop.makePromise(of: Void.self)
    unread += 1
    setDeadline(limits.answer, context)
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    taken.futureResult.whenComplete { _ in
      let (clock, context) = bound.value
      clock.wasTaken(isEnd: isEnd, isLast: isLastEnd, context)
    }
    context.write(data, promise: taken)
  }

  private func wasTaken(isEnd: Bool, isLast: Bool, _ context: ChannelHandlerContext) {
    unread -= 1
    if isEnd { unanswered -= 1 }
    guard context.channel.isActive, !isEnding else { return }
    if isLast {
      // A client that goes on asking would wait for ever: what it asks behind the last answer is not answered.
      end(context)
    } else if unread > 0 {
      setDeadline(limits.answer, context)
    } else if isReceiving {
      // It stood behind the one that was answered.
      setDeadline(limits.head, context)
    } else if unanswered == 0 {
      setDeadline(limits.idle, context)
    } else {
      // The server is looking for more; the client has nothing to do.
      deadline?.cancel()
    }
  }

  /// Leaves the client a moment to close by itself.
  private func end(_ context: ChannelHandlerContext) {
    setDeadline(limits.refusal, context)
    isEnding = true
  }

  private func setDeadline(_ time: Duration, _ context: ChannelHandlerContext) {
    guard !isEnding else { return }
    deadline?.cancel()
    let channel = context.channel
    deadline = context.eventLoop.scheduleTask(in: TimeAmount(time)) {
      channel.close(promise: nil)
    }
  }

  private func forget(_ context: ChannelHandlerContext) {
    deadline?.cancel()
    deadline = nil
    connections.remove(context.channel)
  }
}
