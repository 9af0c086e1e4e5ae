/// What clients may cost.
struct ServerLimits: Sendable {
  /// How long a client may take to send the head of a request.
  var head = Duration.seconds(10)
  /// Bytes of all headers together.
  var headBytes = 16 << 10
  /// How long a connection may be kept without a request.
  var idle = Duration.seconds(60)
  /// How long a client may leave an answer unread, and how long an answer may take to be found.
  var answer = Duration.seconds(30)
  /// How long a client has to take the answer to what is no request.
  var refusal = Duration.seconds(2)
  /// Connections of each listener.
  var connections = 256
  /// Answers that are found at once; each may read the store.
  var reads = 16
  /// Requests that may wait for that.
  var waiting = 128
  /// Clients that follow events at once.
  var followers = 64
  /// How long answers may go on after the daemon was asked to stop.
  var farewell = Duration.milliseconds(300)

  init() {}
}
