import Foundation
import TestSupport

/// A request that a receiver got, so that it can be sent again or verified, as it was or changed.
struct KeptRequest: Codable, Sendable {
  var headers: [String: String]
  var body: Data

  init(_ request: HTTPReceiver.Request) {
    // What the way makes of a request comes anew with the next way.
    headers = request.headers.filter {
      $0.key.hasPrefix("webhook-") || $0.key == "content-type" || $0.key == "sendcloud-signature"
    }
    body = Data(request.body)
  }

  /// This one and some in which each has something changed that is signed.
  var changed: [KeptRequest] {
    var requests: [KeptRequest] = []
    for index in [body.startIndex, body.startIndex + body.count / 2, body.endIndex - 1] {
      var other = self
      other.body[index] ^= 1
      requests.append(other)
    }
    for header in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
      var other = self
      other.headers[header] = headers[header].map { text in
        // The last character of base64 may stand for bits that do not count.
        var units = Array(text.utf8)
        let index = max(0, units.count - 10)
        units[index] = units[index] == UInt8(ascii: "1") ? UInt8(ascii: "2") : UInt8(ascii: "1")
        return String(decoding: units, as: UTF8.self)
      }
      requests.append(other)
    }
    return requests
  }
}

extension [KeptRequest] {
  /// What a library of Standard Webhooks says of each: the type of its message, or `refused: …`.
  func verified(by secret: String = Shop.secret) async throws -> [String] {
    let python = clone.appending(path: ".build-python-webhooks/bin/python").path
    guard FileManager.default.isExecutableFile(atPath: python) else {
      throw TestSupportError("there is no \(python): run make test-packages")
    }
    return try await handed(to: python, "verify", secret)
  }

  /// Sends them to a server on loopback.
  /// - Returns: the statuses of its answers.
  func posted(to port: UInt16) async throws -> [Int] {
    try await handed(to: "/usr/bin/python3", "post", "\(port)").compactMap { Int($0) }
  }

  /// Runs a program of Tests/Webhooks that reads them.
  private func handed(
    to python: String, _ program: String, _ argument: String
  ) async throws -> [String] {
    let encoder = JSONEncoder()
    let input = try flatMap { try encoder.encode($0) + [UInt8(ascii: "\n")] }
    let path = clone.appending(path: "Tests/Webhooks/\(program).py").path
    let result = try await run(
      python, arguments: [path, argument],
      environment: Program.environment(["PYTHONDONTWRITEBYTECODE": "1"]), input: input)
    guard result.status == 0, result.lines.count == count else {
      throw TestSupportError("\(program).py: \(result.standardOutput)\(result.standardError)")
    }
    return result.lines
  }
}
