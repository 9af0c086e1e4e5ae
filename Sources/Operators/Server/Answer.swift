import HTTPTypes
import Hummingbird
import NIOCore
import Views

/// What a request gets.
struct Answer: Sendable {
  enum Body: Sendable {
    case bytes([UInt8])
    case stream(ResponseBody)
  }

  var status = 200
  /// With its parameters: `text/html; charset=utf-8`.
  var type: String
  var body: Body
  var headers: [(name: HTTPField.Name, value: String)] = []

  init(_ type: String, _ bytes: [UInt8], status: Int = 200) {
    self.status = status
    self.type = type
    body = .bytes(bytes)
  }

  init(_ type: String, stream: ResponseBody) {
    self.type = type
    body = .stream(stream)
  }

  init(_ json: JSON, status: Int = 200) {
    var bytes: [UInt8] = []
    json.write(to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
    self.init("application/json", bytes, status: status)
  }

  init(_ problem: Problem) {
    self.init(problem.json, status: problem.status)
    type = "application/problem+json"
    headers = problem.headers
  }
}
