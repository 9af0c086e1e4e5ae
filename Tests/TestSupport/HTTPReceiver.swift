import Foundation
import Synchronization

/// An HTTP server that does what the path of a request says (`/status/500`, `/slow/200`; see `http_receiver.py`), and
/// remembers what it was asked.
public final class HTTPReceiver: Sendable {
  public struct Request: Sendable {
    public let method: String
    public let path: String
    /// Their names in small letters.
    public let headers: [String: String]
    public let body: [UInt8]
    /// The number of the connection that it came by, from 1.
    public let connection: Int
    /// When it came, by a clock that nobody sets.
    public let seconds: Double
    /// What it was answered, and when; nil: nothing yet.
    public let answer: (status: Int, seconds: Double)?
  }

  /// A line of its output.
  private struct Line: Decodable {
    var port: UInt16?
    var connection: Int?
    var closed: Int?
    var number: Int?
    var at: Double?
    var answered: Int?
    var status: Int?
    var request: String?
    var method: String?
    var headers: [String: String]?
    var body: Data?
  }

  public let port: UInt16
  /// Nil: it speaks without TLS.
  public let certificate: TestCertificate?
  private let output: Output

  private init(_ port: UInt16, _ certificate: TestCertificate?, _ output: Output) {
    self.port = port
    self.certificate = certificate
    self.output = output
  }

  /// - Parameter host: as the URL names it.
  public func url(_ path: String, host: String = "127.0.0.1") -> String {
    "\(certificate == nil ? "http" : "https")://\(host):\(port)\(path)"
  }

  /// How many connections were made so far.
  public var connections: Int { output.lines.count { $0.connection != nil && $0.request == nil } }

  /// How many of them are open.
  public var openConnections: Int { connections - output.lines.count { $0.closed != nil } }

  /// In the order in which they came.
  public var requests: [Request] {
    let lines = output.lines
    var answers: [Int: (status: Int, seconds: Double)] = [:]
    for line in lines {
      guard let number = line.answered, let status = line.status, let seconds = line.at else {
        continue
      }
      answers[number] = (status, seconds)
    }
    return lines.compactMap { line in
      guard let path = line.request, let method = line.method, let headers = line.headers,
        let body = line.body, let connection = line.connection, let seconds = line.at,
        let number = line.number
      else { return nil }
      return Request(
        method: method, path: path, headers: headers, body: Array(body), connection: connection,
        seconds: seconds, answer: answers[number])
    }
  }

  /// What it prints, each line of which is read once.
  private final class Output: Sendable {
    private struct State {
      var lines: [Line] = []
      var offset: UInt64 = 0
    }

    let scratch: TemporaryDirectory
    private let state = Mutex(State())

    init(_ scratch: TemporaryDirectory) { self.scratch = scratch }

    /// Those that it has printed so far.
    var lines: [Line] {
      state.withLock { state in
        guard let file = FileHandle(forReadingAtPath: scratch.file("output")),
          (try? file.seek(toOffset: state.offset)) != nil,
          let new = try? file.readToEnd(), let end = new.lastIndex(of: UInt8(ascii: "\n"))
        else { return state.lines }
        // What stands behind the last line's end is being written.
        let whole = new[...end]
        state.offset += UInt64(whole.count)
        state.lines += whole.split(separator: UInt8(ascii: "\n")).compactMap {
          try? JSONDecoder().decode(Line.self, from: Data($0))
        }
        return state.lines
      }
    }
  }

  private static let script = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "http_receiver.py").path

  /// Runs a server for the time of the body.
  /// - Parameters:
  ///   - kind: of its certificate; nil: it speaks without TLS.
  ///   - address: at which it listens.
  public static func withReceiver<R>(
    _ kind: TestCertificate.Kind? = nil, address: String = "127.0.0.1",
    isolation: isolated (any Actor)? = #isolation, _ body: (HTTPReceiver) async throws -> R
  ) async throws -> R {
    let scratch = try TemporaryDirectory()
    let output = Output(scratch)
    var certificate: TestCertificate?
    if let kind { certificate = try await TestCertificate.make(kind) }
    let files = certificate.map { [$0.certificate, $0.key] } ?? []
    // The script ends when its standard input does: also when the test dies.
    let life = Pipe.lifeline()
    let child = try RunningProcess(
      "/usr/bin/python3", [script, address] + files,
      input: .descriptor(life.fileHandleForReading.fileDescriptor),
      output: .file(scratch.file("output")), error: .file(scratch.file("error")))
    do {
      try await eventually("the receiver listens") { !output.lines.isEmpty || child.hasEnded }
      guard let port = output.lines.first?.port else {
        let error = try? String(contentsOfFile: scratch.file("error"), encoding: .utf8)
        throw TestSupportError("the receiver did not start: \(error ?? "")")
      }
      let result = try await body(HTTPReceiver(port, certificate, output))
      // Until it has ended, the kernel may take connections for it.
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
