import ArgumentParser
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
  static let most = 1_000

  /// Prints the answer, and says on standard error if it goes on.
  /// - Parameters:
  ///   - place: the parts of the path after `/api/v1/`.
  ///   - query: without those that have no value.
  func show(_ place: [String], _ query: [(String, String?)], _ form: Form) async throws {
    let answer = try await ask(place, query + form.query, timeout: .seconds(60))
    if form.name == "text" {
      StandardOutput.write(String(decoding: answer.body, as: UTF8.self))
    } else {
      StandardOutput.write(answer.body)
    }
    if answer[header: "link"]?.contains("rel=\"next\"") == true {
      StandardError.writeLine(
        "there are more; --limit takes up to \(Self.most) over the daemon's socket, and all as a user who may read the store"
      )
    }
  }

  /// Prints entries of the journal as they come.
  func follow(_ query: [(String, String?)]) async throws {
    _ = try await ask(["events"], query, timeout: nil) { status, piece in
      guard status == 200 else { return true }
      StandardOutput.write(Array(piece))
      return true
    }
  }

  private func ask(
    _ place: [String], _ query: [(String, String?)], timeout: Duration?,
    take: HTTPClient.TakePiece? = nil
  ) async throws -> HTTPResponse {
    var request = HTTPRequest(url(place, query), timeout: timeout)
    request.socket = path
    var client = HTTPClient()
    client.longestBody = 64 << 20
    let answer: HTTPResponse
    do throws(HTTPFault) {
      answer = try await client.send(request, take: take)
    } catch {
      throw DaemonSocketFault(error)
    }
    guard (200..<300).contains(answer.status) else { throw fault(answer) }
    return answer
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
  private func fault(_ answer: HTTPResponse) -> any Error {
    let problem = try? JSONDecoder().decode(Problem.self, from: Data(answer.body))
    let detail = problem?.detail ?? "the daemon answered with status \(answer.status)"
    switch problem?.exitStatus {
    case 64: return ValidationError(detail)
    case ExitStatus.notFound.rawValue: return NotFound(detail)
    case let status?:
      return DaemonSocketFault(detail, ExitStatus(rawValue: status) ?? .bug)
    case nil: return DaemonSocketFault(detail, .bug)
    }
  }
}
