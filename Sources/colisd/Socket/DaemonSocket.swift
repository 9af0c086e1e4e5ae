import ArgumentParser
import Carrier
import Foundation
import HTTPClient
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

    var query: [(String, String?)] {
      [
        ("format", name), ("utc", isUTC ? "1" : nil),
        (
          "columns",
          name == "text" ? StandardOutput.columns.map { "\(max(20, min($0, 1_000)))" } : nil
        ),
      ]
    }
  }

  /// Prints an answer.
  /// - Parameters:
  ///   - place: the parts of the path after `/api/v1/`.
  ///   - query: without those that have no value.
  func show(_ place: [String], _ query: [(String, String?)], _ form: Form) async throws {
    let answer = try await ask(url(place, query + form.query))
    AnswerPrinter(form.name).print(answer.body)
  }

  /// Prints a list of up to so many rows, which the daemon sends in pages.
  /// - Parameters:
  ///   - sentence: what people see when there are none.
  ///   - most: so many are asked for at once; more than 1,000 are never sent.
  /// - Returns: whether the list goes on.
  func list(
    _ place: [String], _ query: [(String, String?)], limit: Int, _ form: Form,
    empty sentence: String, most: Int = 500
  ) async throws -> Bool {
    var left = limit
    var printer = AnswerPrinter(form.name)
    var next: String? = url(place, query + form.query)
    while let page = next, left > 0 {
      let count = min(left, most)
      let answer = try await ask(page + "&limit=\(count)")
      printer.print(page: answer.body)
      next = answer.next
      left -= count
    }
    printer.finish(empty: sentence)
    return next != nil
  }

  /// How many parcels there are.
  /// - Parameter most: counts no further.
  func parcelCount(_ query: [(String, String?)], most: Int) async throws -> Int {
    struct Count: Decodable {
      var count: Int
    }
    let answer = try await ask(
      url(["parcels"], query + [("count", "1"), ("count-most", "\(most)"), ("format", "json")]))
    guard let count = try? JSONDecoder().decode(Count.self, from: Data(answer.body)) else {
      throw DaemonSocketFault("the daemon's answer has no number of parcels; try again", .bug)
    }
    return count.count
  }

  /// How many entries are parked.
  /// - Parameter endpoint: of this one; nil: of all.
  func parkedCount(of endpoint: String?) async throws -> Int {
    struct Endpoint: Decodable {
      var name: String
      var parked: Int
    }
    let answer = try await ask(url(["webhooks"], [("format", "json")]))
    guard let all = try? JSONDecoder().decode([Endpoint].self, from: Data(answer.body)) else {
      throw DaemonSocketFault("the daemon's answer has no endpoints of webhooks; try again", .bug)
    }
    return all.filter { endpoint == nil || endpoint == $0.name }.reduce(0) { $0 + $1.parked }
  }

  /// - Parameter accept: which form is asked for; nil: the URL says it.
  /// - Throws: the error with which the command would have ended itself.
  func ask(_ url: String, accept: String? = nil) async throws -> HTTPResponse {
    let answer = try await patiently {
      try await self.answer(url, timeout: .seconds(60), accept: accept)
    }
    guard answer.isGood else { throw fault(answer.status, answer.body) }
    return answer
  }

  /// Asks again, once, where too many others are asking.
  func patiently(_ ask: () async throws -> HTTPResponse) async throws -> HTTPResponse {
    let answer = try await ask()
    guard answer.status == 503 else { return answer }
    try await Task.sleep(for: answer.pause)
    return try await ask()
  }

  func answer(
    _ url: String, timeout: Duration?, accept: String? = nil, take: HTTPClient.TakePiece? = nil
  ) async throws -> HTTPResponse {
    var request = HTTPRequest(url, timeout: timeout)
    request.socket = path
    if let accept { request.headers = [("Accept", accept)] }
    var client = HTTPClient()
    client.longestBody = 64 << 20
    do throws(HTTPFault) {
      return try await client.send(request, take: take)
    } catch {
      throw DaemonSocketFault(error)
    }
  }

  func url(_ place: [String], _ query: [(String, String?)]) -> String {
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
  func fault(_ status: Int, _ body: [UInt8]) -> any Error {
    let problem = try? JSONDecoder().decode(Problem.self, from: Data(body))
    let detail = problem?.detail ?? "the daemon answered with status \(status)"
    switch problem?.exitStatus {
    case 64: return ValidationError(Self.namingOption(detail))
    case ExitStatus.notFound.rawValue: return NotFound(detail)
    case let status?:
      return DaemonSocketFault(detail, ExitStatus(rawValue: status) ?? .bug)
    case nil: return DaemonSocketFault(detail, status == 503 ? .unreachable : .bug)
    }
  }

  /// A sentence about a parameter, `since: …`, as one about the option, which has the same name.
  private static func namingOption(_ detail: String) -> String {
    let name = detail.prefix { $0.isLowercase || $0 == "-" }
    return !name.isEmpty && detail.dropFirst(name.count).hasPrefix(": ") ? "--" + detail : detail
  }
}

extension AskedNumber {
  /// As it stands in a path.
  var withPostcode: String { parcel.description + (key?.postcode ?? "") }
}

extension HTTPResponse {
  var isGood: Bool { (200..<300).contains(status) }

  /// How long the daemon wants a client to wait; somebody sits before the terminal, so not for long.
  fileprivate var pause: Duration {
    let seconds = self[header: "retry-after"].flatMap { Int($0) } ?? 1
    return .seconds(max(0, min(seconds, 2)))
  }

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
