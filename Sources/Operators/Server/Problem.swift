import HTTPTypes
import Views

/// Why a request is not answered, for programs (RFC 9457) and for people.
public struct Problem: Error, Sendable {
  public let status: Int
  /// What is wrong and what to do.
  public let detail: String
  /// What a command would end with.
  public let exitStatus: Int?
  var headers: [(name: HTTPField.Name, value: String)] = []
  /// Where somebody wanted to go who has sent a wrong token; nil: it is about something else.
  package var wanted: String?
  /// What it is about, where pages have words of their own for it.
  package var cause: Cause?

  package enum Cause: Sendable, Hashable {
    case question(QuestionFault.Kind)
    case missing(NotFound.Kind)
  }

  package init(_ status: Int, _ detail: String, exitStatus: Int? = nil) {
    self.status = status
    self.detail = detail
    self.exitStatus = exitStatus
  }

  /// A few words on the status.
  public var title: String {
    switch status {
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 406: "Not Acceptable"
    case 413: "Content Too Large"
    case 503: "Service Unavailable"
    default: "Internal Server Error"
    }
  }

  public var json: JSON {
    .object([
      ("type", .string("about:blank")), ("title", .string(title)), ("status", JSON(status)),
      ("detail", .string(detail)), ("exit_status", JSON(exitStatus)),
    ])
  }

  static let busy = unavailable("too many others ask at this moment; try again in a second")

  /// - Parameter exitStatus: 69 where nothing is wrong, and the same question may be answered a moment later.
  static func unavailable(_ detail: String, exitStatus: Int = 69) -> Problem {
    var problem = Problem(503, detail, exitStatus: exitStatus)
    problem.headers = [(.retryAfter, "1")]
    return problem
  }

  static func badParameter(_ detail: String) -> Problem { Problem(400, detail, exitStatus: 64) }
}
