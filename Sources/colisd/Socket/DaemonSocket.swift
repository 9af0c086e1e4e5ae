import ArgumentParser
import Foundation
import HTTPClient
import Synchronization
import Views

/// Asks the running daemon over its Unix socket, for users who can't read the store: support staff are members of
/// the socket's group, and need no more.
struct DaemonSocket: Sendable {
  let path: String

  /// In which form an answer is printed.
  struct Form {
    var name: String
    var isUTC = false

    /// Of a value without a form for spreadsheets.
    init(_ output: OutputOptions) {
      (name, isUTC) = (output.json ? "json" : "text", output.clock.utc)
    }

    init(_ output: ListOptions) {
      name = output.json ? "json" : output.csv ? "csv" : "text"
      isUTC = output.clock.utc
    }

    fileprivate var query: [(String, String?)] {
      [
        ("format", name), ("utc", isUTC ? "1" : nil),
        (
          "columns",
          name == "text" ? StandardOutput.columns.map { "\(max(20, min($0, 1_000)))" } : nil
        ),
      ]
    }
  }

  /// More are never sent at once.
  private static let most = 1_000

  /// Prints an answer.
  /// - Parameters:
  ///   - place: the parts of the path after `/api/v1/`.
  ///   - query: without those that have no value.
  func show(_ place: [String], _ query: [(String, String?)], _ form: Form) async throws {
    let answer = try await ask(
      url(place, query + form.query), timeout: .seconds(60))
    var printer = AnswerPrinter(form.name)
    printer.print(answer.body)
    printer.finish()
    if answer.next != nil { StandardError.writeLine("there are more; --limit") }
  }

  /// Prints a list of up to so many rows, which the daemon sends in pages, and says on standard error if it
  /// goes on.
  func list(
    _ place: [String], _ query: [(String, String?)], limit: Int, _ form: Form
  ) async throws {
    var left = limit
    var printer = AnswerPrinter(form.name)
    var next: String? = url(place, query + form.query)
    while let page = next, left > 0 {
      let count = min(left, Self.most)
      let answer = try await ask(page + "&limit=\(count)", timeout: .seconds(60))
      printer.print(answer.body)
      next = answer.next
      left -= count
    }
    printer.finish()
    if next != nil { StandardError.writeLine("\(limit), and more; --limit") }
  }

  /// Prints entries of the journal as they come.
  func follow(_ query: [(String, String?)]) async throws {
    let refusal = Mutex<[UInt8]>([])
    let answer = try await answer(url(["events"], query), timeout: nil) { status, piece in
      if status == 200 {
        StandardOutput.write(Array(piece))
      } else {
        refusal.withLock { $0 += piece.prefix(64 << 10 - $0.count) }
      }
      return true
    }
    guard answer.isGood else { throw fault(answer.status, refusal.withLock { $0 }) }
  }

  /// Asks again where too many others are asking.
  /// - Throws: the error with which the command would have ended itself.
  private func ask(_ url: String, timeout: Duration) async throws -> HTTPResponse {
    var answer = try await answer(url, timeout: timeout)
    if answer.status == 503 {
      try await Task.sleep(for: .seconds(1))
      answer = try await self.answer(url, timeout: timeout)
    }
    guard answer.isGood else { throw fault(answer.status, answer.body) }
    return answer
  }

  private func answer(
    _ url: String, timeout: Duration?, take: HTTPClient.TakePiece? = nil
  ) async throws -> HTTPResponse {
    var request = HTTPRequest(url, timeout: timeout)
    request.socket = path
    var client = HTTPClient()
    client.longestBody = 64 << 20
    do throws(HTTPFault) {
      return try await client.send(request, take: take)
    } catch {
      throw DaemonSocketFault(error)
    }
  }

  private func url(_ place: [String], _ query: [(String, String?)]) -> String {
    let path = place.map(percentEncoded).joined(separator: "/")
    let given = query.compactMap { name, value in value.map { (name: name, value: $0) } }
    return "http://localhost/api/v1/\(path)?\(encodedQuery(given))"
  }

  private struct Problem: Decodable {
    var detail: String
    var exitStatus: Int32?

    enum CodingKeys: String, CodingKey {
      case detail
      case exitStatus = "exit_status"
    }
  }

  /// The error with which the command would have ended itself.
  private func fault(_ status: Int, _ body: [UInt8]) -> any Error {
    let problem = try? JSONDecoder().decode(Problem.self, from: Data(body))
    let detail = problem?.detail ?? "the daemon answered with status \(status)"
    switch problem?.exitStatus {
    case 64: return ValidationError(detail)
    case ExitStatus.notFound.rawValue: return NotFound(detail)
    case let status?:
      return DaemonSocketFault(detail, ExitStatus(rawValue: status) ?? .bug)
    case nil: return DaemonSocketFault(detail, status == 503 ? .unreachable : .bug)
    }
  }
}

extension HTTPResponse {
  fileprivate var isGood: Bool { (200..<300).contains(status) }

  /// Where a list goes on, without the number of its rows.
  fileprivate var next: String? {
    guard let link = self[header: "link"], link.contains("rel=\"next\""),
      let start = link.firstIndex(of: "<"), let end = link.firstIndex(of: ">"),
      var parts = URLComponents(string: String(link[link.index(after: start)..<end]))
    else { return nil }
    parts.percentEncodedQueryItems?.removeAll { $0.name == "limit" }
    return parts.percentEncodedQuery.map { "http://localhost\(parts.percentEncodedPath)?\($0)" }
  }
}
