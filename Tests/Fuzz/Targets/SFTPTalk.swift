import SFTP

/// A server that sends what it likes, to a client that has asked for what the input says.
///
/// Input: a byte of which the lower four bits say how many questions there are and 0x10 that the
/// server's greeting is part of the input; a byte for the cuts; one byte a question; the rest is what
/// the server sends.
struct SFTPTalk {
  private static let greeting: [UInt8] = [0, 0, 0, 5, 2, 0, 0, 0, 3]
  private static let mostQuestions = 64

  static func run(_ bytes: [UInt8]) throws(BrokenPromise) {
    var input = FuzzInput(bytes)
    let flags = input.byte()
    let cut = input.byte()
    let questions = input.bytes(Int(flags & 0x0f))
    let stream = (flags & 0x10 == 0 ? greeting : []) + input.rest

    var whole = SFTPTalk(questions)
    try whole.hear(stream[...])
    try whole.checkState()
    var pieces = SFTPTalk(questions)
    for piece in Cuts(stream[...], seed: cut) where !pieces.hasFailed { try pieces.hear(piece) }
    try pieces.checkState()
    try promiseSame(whole.log, pieces.log, "replies depend on where bytes are cut")
    try promise(whole.sent == pieces.sent, "requests depend on where bytes are cut")
  }

  private var machine = SFTPMachine()
  private var asked: [UInt32: SFTPRequest] = [:]
  private var questionCount = 0
  private var log: [String] = []
  private var sent: [UInt8] = []
  private var hasFailed = false

  private init(_ questions: ArraySlice<UInt8>) {
    machine.start()
    for question in questions { ask(Self.request(question)) }
  }

  private static func request(_ kind: UInt8) -> SFTPRequest {
    let path = RemotePath("/out/a")
    let handle = SFTPHandle([7, kind])
    let requests: [SFTPRequest] = [
      .open(path), .close(handle), .read(handle, offset: 1 << 33, length: UInt32(kind) * 8),
      .lstat(path), .stat(path), .fstat(handle), .opendir(path), .readdir(handle), .remove(path),
      .rename(from: path, to: path), .mkdir(path), .realpath(path),
    ]
    return requests[Int(kind) % requests.count]
  }

  private mutating func ask(_ request: SFTPRequest) {
    questionCount += 1
    asked[machine.request(request)] = request
  }

  private mutating func hear(_ bytes: ArraySlice<UInt8>) throws(BrokenPromise) {
    // With more room than comes, as a socket is read.
    _ = machine.fill(capacity: bytes.count + 7) { buffer -> Int? in
      buffer.copyBytes(from: bytes)
      return bytes.count
    }
    while let reply = try nextReply() { try take(reply) }
    machine.withOutput { part in
      let taken = min(part.count, 11)
      sent += part.prefix(taken)
      return taken
    }
  }

  private mutating func nextReply() throws(BrokenPromise) -> SFTPReply? {
    do throws(SFTPProtocolError) {
      return try machine.nextReply()
    } catch {
      hasFailed = true
      try promise(Self.isPrintable("\(error)"), "an error has control characters: \(error)")
      // Of text that is no SFTP as much is shown as has come.
      if case .notSFTP = error { log.append("not SFTP") } else { log.append("\(error)") }
      return nil
    }
  }

  private mutating func take(_ reply: SFTPReply) throws(BrokenPromise) {
    guard let request = asked.removeValue(forKey: reply.id) else {
      throw BrokenPromise(description: "\(reply.id) was not asked, or is answered twice")
    }
    switch (reply.body, request) {
    case (.data(let range), .read(_, _, let length)):
      try promise((1...Int(length)).contains(range.count), "\(range) for \(length) bytes")
      let bytes = machine.withData(range) { Array($0) }
      try promise(bytes.count == range.count, "\(range) lies outside of what has come")
      log.append("\(reply.id): \(bytes)")
      return
    case (.handle(let handle), .open), (.handle(let handle), .opendir):
      if questionCount < Self.mostQuestions { ask(.fstat(handle)) }
      if questionCount < Self.mostQuestions { ask(.read(handle, offset: 0, length: 64)) }
    case (.names(let names), .readdir), (.names(let names), .realpath):
      for name in names { _ = RemoteName(name.name)?.description }
    case (.attributes(let attributes), .lstat), (.attributes(let attributes), .stat),
      (.attributes(let attributes), .fstat):
      _ = attributes.kind
    case (.status(let status), _):
      try promise(Self.isPrintable(status.message), "control characters in a message")
    default:
      throw BrokenPromise(description: "\(reply.body) is no answer to \(request)")
    }
    log.append("\(reply.id): \(reply.body)")
  }

  private static func isPrintable(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
  }

  /// What must hold at the end, whatever came.
  private mutating func checkState() throws(BrokenPromise) {
    if !hasFailed {
      try promise(machine.inFlightCount == asked.count, "\(asked.count) requests are in flight")
      // Ids are given in order.
      try promise(machine.oldestRequest == asked.keys.min(), "another request waits longest")
    } else {
      var again: SFTPProtocolError?
      do throws(SFTPProtocolError) { _ = try machine.nextReply() } catch { again = error }
      try promise(again != nil, "after an error replies come again")
    }
    while machine.hasOutput {
      machine.withOutput { part in
        sent += part
        return part.count
      }
    }
    try checkSent()
  }

  /// Whether what was sent is whole packets.
  private func checkSent() throws(BrokenPromise) {
    var rest = sent[...]
    var count = 0
    while !rest.isEmpty {
      try promise(rest.count >= 5, "a packet without a header was sent")
      let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
      try promise(length >= 5 && length <= rest.count - 4, "a packet of \(length) bytes was sent")
      rest = rest.dropFirst(4 + length)
      count += 1
    }
    try promise(count == 1 + questionCount, "\(count) packets for \(questionCount) questions")
  }
}
