import Foundation

/// An SFTP server that behaves as the protocol allows and OpenSSH never does: AsyncSSH, scripted.
public final class ScriptedServer: Sendable {
  public struct Options: Sendable, Encodable {
    /// Which logins it offers: `password`, `keyboard-interactive`.
    public var authentication = ["password"]
    /// What a login has to show one after another, each one only when the former was taken; none: one
    /// of `authentication` is enough. Further than those, `publickey` is one, with any key.
    public var steps: [String] = []
    public var username = "dupont"
    public var password = "s3cret"
    /// No answer to a read holds more bytes than this.
    public var maximumRead: Int?
    /// Each answer waits up to so many milliseconds, so that answers overtake one another.
    public var jitter = 0
    /// Every size is given as 0.
    public var hidesSizes = false
    /// Reads from this offset on are never answered.
    public var stallsAt: Int?
    /// Listings are never answered.
    public var stallsListing = false
    /// Opening more files than this at a time fails.
    public var mostOpenFiles: Int?
    /// After so many bytes, what the server sends gets through one byte every 100 ms.
    public var tricklesAfter: Int?

    /// Sessions beyond this number at a time are refused.
    public var mostSessions: Int?
    public var refusesBy = Refusal.channel
    /// What is answered with "permission denied": `list`, `open`, `read`, `remove`, `rename`.
    public var denies: Set<String> = []
    /// Moves a file over one that is there, as servers written in Go do.
    public var renameReplaces = false
    /// Whether listings, or whatever shows attributes, show none.
    public var hidesAttributes = Hiding.no
    /// Names of files over which it falls silent at their opening or reading, or hangs up.
    public var troubles: [String: Trouble] = [:]
    /// Names of folders whose listing fails for a reason of the server's disk.
    public var breaksFolders: Set<String> = []
    /// Names of files and folders whose opening is answered by a status of this code.
    public var answers: [String: Int] = [:]
    /// Names of folders whose opening is never answered, nor any question about what lies in them.
    public var stallsFolders: Set<String> = []
    /// How many milliseconds each step of connecting takes: key exchange, login, password, SFTP.
    public var stepTakes = 0
    /// Added to each file's true size in listings and where a path is looked at.
    public var sizeError = 0
    /// Added to the true size of an open file.
    public var openSizeError = 0
    /// Names of files that are deleted in the moment in which they are to be opened.
    public var losesAtOpen: Set<String> = []
    /// A read that goes beyond this offset finds that the file is being changed.
    public var changesAt: Int?
    public var changesBy = Change.appending
    /// A file of this machine with the bytes that the changed file gets.
    public var changesTo = ""
    /// Extensions that nobody knows, of the protocol and of all attributes.
    public var extends = false
    /// Seconds of silence behind a listing after which it ends the connection, though never two in a row: a client on a
    /// busy machine may be slow where it has no right to be silent.
    public var hangsUpAfter: Double?
    /// A read that goes beyond this offset ends the connection.
    public var hangsUpAt: Int?
    /// The answer that is announced to have four gigabytes.
    public var giantPacket: Answer?

    public init() {}

    public enum Trouble: String, Sendable, Encodable, CaseIterable { case open, read, hangUp }
    public enum Refusal: String, Sendable, Encodable { case disconnect, channel }
    public enum Hiding: String, Sendable, Encodable { case no, inListings, everywhere }
    public enum Change: String, Sendable, Encodable {
      case appending, overwriting, replacing, truncating
    }
    public enum Answer: String, Sendable, Encodable, CaseIterable { case version, listing, data }
  }

  public let host = "127.0.0.1"
  public let port: UInt16
  public let hostKey: String
  public let drop: TemporaryDirectory
  private let scratch: TemporaryDirectory

  private init(
    port: UInt16, hostKey: String, drop: TemporaryDirectory, scratch: TemporaryDirectory
  ) {
    self.port = port
    self.hostKey = hostKey
    self.drop = drop
    self.scratch = scratch
  }

  /// What it does from the next connection on; `tricklesAfter` stays as it was.
  public func behave(_ options: Options = Options()) throws {
    try Self.write(options, scratch)
  }

  /// What it has reported so far, one line per action: `hung up`, `denied list`, `changed`,
  /// `a session too many`.
  public var log: String {
    (try? String(contentsOfFile: scratch.file("error"), encoding: .utf8)) ?? ""
  }

  private static let script = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "scripted_server.py").path

  @discardableResult
  private static func write(_ options: Options, _ scratch: TemporaryDirectory) throws -> String {
    // It may be read at any moment, so it comes into being as a whole.
    let path = try scratch.write("options.new", JSONEncoder().encode(options))
    guard rename(path, scratch.file("options")) == 0 else {
      throw TestSupportError("cannot write the options: \(String(cString: strerror(errno)))")
    }
    return scratch.file("options")
  }

  /// Runs a server for the time of the body. `hostKey` is its fingerprint, `SHA256:…`.
  public static func withServer<R>(
    _ options: Options, isolation: isolated (any Actor)? = #isolation,
    _ body: (ScriptedServer) async throws -> R
  ) async throws -> R {
    let drop = try TemporaryDirectory()
    let scratch = try TemporaryDirectory()
    // The script ends when its standard input does: also when the test dies.
    let life = Pipe.lifeline()
    let child = try RunningProcess(
      "/usr/bin/python3",
      [script, try write(options, scratch)],
      input: .descriptor(life.fileHandleForReading.fileDescriptor),
      output: .file(scratch.file("output")), error: .file(scratch.file("error")))
    func output(_ name: String) -> String {
      (try? String(contentsOfFile: scratch.file(name), encoding: .utf8)) ?? ""
    }
    do {
      try await eventually(within: .seconds(30), "the scripted server listens") {
        output("output").hasSuffix("\n") || child.hasEnded
      }
      let fields = output("output").split { $0 == " " || $0 == "\n" }
      guard fields.count == 2, let port = UInt16(fields[0]) else {
        throw TestSupportError("the scripted server did not start: \(output("error"))")
      }
      let server = ScriptedServer(
        port: port, hostKey: String(fields[1]), drop: drop, scratch: scratch)
      let result = try await body(server)
      child.kill()
      await child.waitForExit()
      withExtendedLifetime(life) {}
      return result
    } catch {
      child.kill()
      await child.waitForExit()
      throw error
    }
  }
}
