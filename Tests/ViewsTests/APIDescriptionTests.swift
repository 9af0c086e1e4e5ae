import Carrier
import Contract
import Foundation
import ParcelStore
import Status
import Testing
import TrackingFile
import Views

/// docs/openapi.yaml names the words that programs meet, all of them.
@Suite struct APIDescriptionTests {
  @Test(arguments: [
    ("ParcelStatus", ParcelStatus.allCases.map(\.name)),
    ("StatusReason", StatusReason.allCases.map(\.name)),
    ("DeliveryMode", DeliveryMode.allCases.map(\.name)),
    ("FileState", FileState.allCases.map(\.rawValue)),
    ("HoldReason", HoldReason.allCases.map(\.rawValue)),
    ("RejectReason", MalformedLine.Reason.allCases.map(\.rawValue)),
    ("FeedState", FeedState.allCases.map(\.rawValue)),
    ("Service", ServiceKind.allCases.map(\.rawValue)), ("Plan", Plan.allCases.map(\.rawValue)),
    ("DecisionReason", DecisionReason.allCases.map(\.rawValue)),
    ("WebhookPhase", WebhookState.Phase.allCases.map(\.rawValue)),
  ])
  func everyWordIsDescribed(_ name: String, _ words: [String]) throws {
    let described = try Self.words(of: name)
    #expect(Set(described) == Set(words))
    #expect(described.count == words.count)
  }

  /// The enumeration of a schema, as it stands in the file.
  private static func words(of name: String) throws -> [String] {
    let file = URL(filePath: #filePath).appending(path: "../../../docs/openapi.yaml").standardized
    let text = try String(contentsOf: file, encoding: .utf8)
    let schema = try #require(text.firstRange(of: "\n    \(name):\n      description:"))
    let rest = text[schema.upperBound...]
    let start = try #require(rest.firstRange(of: "enum:\n        ["))
    let list = rest[start.upperBound...].prefix { $0 != "]" }
    return list.split(whereSeparator: { $0 == "," || $0.isWhitespace }).map(String.init)
  }
}
