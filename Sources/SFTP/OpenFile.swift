/// A file that the client is reading.
final class OpenFile {
  let id: UInt64
  let path: RemotePath
  /// Nil until the server has opened it.
  var handle: SFTPHandle?
  var readAhead: ReadAhead
  /// Its attributes after it was opened; nil until the server has sent them.
  var attributes: FileAttributes?
  var check = Check.notAsked
  var waiting: [UInt64] = []
  private(set) var failure: Failure?
  /// This file's part of the client's `heldBytes`.
  var countedBytes: UInt64 = 0

  /// The second request for the attributes, sent when all bytes have come.
  enum Check {
    case notAsked
    case asked
    case passed
  }

  init(id: UInt64, path: RemotePath, size: UInt64) {
    self.id = id
    self.path = path
    readAhead = ReadAhead(size: size)
  }

  /// What is being done, for error messages.
  var operation: String { handle == nil ? "open" : "read" }

  /// Later reasons are ignored: they follow from the first one.
  func fail(_ reason: Failure) { failure = failure ?? reason }
}

extension OpenFile {
  /// Checks that the file did not change while it was read: it ends where the server said, and has the same
  /// size and time as before. If the server sends no attributes at the end, that is no failure.
  /// - Parameter body: the answer to the second request for the attributes.
  func verify(_ body: SFTPReply.Body) throws(Failure) {
    if case .attributes(let after) = body {
      guard after.size == attributes?.size, after.mtime == attributes?.mtime else {
        throw .changed
      }
    }
    // Servers that generate a file while it is read give its size as 0.
    guard let size = attributes?.size, size > 0, let end = readAhead.end else { return }
    if end < size {
      throw Failure(
        kind: .endedEarly(at: end, of: size),
        reason: "it ended after \(end) of \(size) bytes", advice: "read it again")
    }
    if end > size {
      throw Failure(
        kind: .changedWhileReading,
        reason: "it has bytes behind the \(size) that the server gives as its size",
        advice: "read it again when it is at rest")
    }
  }
}
