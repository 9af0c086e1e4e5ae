import HTTPTypes
import NIOCore
import NIOHTTPTypes
import Views

/// Knows which request of a connection is its last one: has the server close behind the answer, and the answer say so.
///
/// It is the last one where the client says `Connection: close` in any of its forms, of which Hummingbird knows one. And it
/// is where the client offers to change to another protocol, as Java and `curl --http2` do: it is answered by this one, but
/// NIO reads nothing that comes behind it.
final class LastRequest: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private var requests = 0
  private var answers = 0
  /// The number of the last request; nil: it has not come.
  private var last: Int?

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(var head) = unwrapInboundIn(data) else {
      return context.fireChannelRead(data)
    }
    requests += 1
    if last == nil, Self.isLast(head) {
      last = requests
      head.headerFields[.connection] = "close"
    }
    context.fireChannelRead(wrapInboundOut(.head(head)))
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard case .head(var head) = unwrapOutboundIn(data), head.status.kind != .informational else {
      return context.write(data, promise: promise)
    }
    answers += 1
    if answers == last { head.headerFields[.connection] = "close" }
    context.write(wrapOutboundOut(.head(head)), promise: promise)
  }

  private static func isLast(_ head: HTTPRequest) -> Bool {
    let options = head.headerFields[values: .connection].flatMap { $0.split(separator: ",") }
    return head.method == .connect || head.headerFields[.upgrade] != nil
      || options.contains { String($0).withoutBlanksAround.lowercased() == "close" }
  }
}
