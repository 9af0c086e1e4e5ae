import Carrier
import Foundation
import ParcelStore
import SampleValues
import Status
import Testing
import Webhooks

/// What `docs/webhooks.md` shows is what is sent.
@Suite struct DocumentTests {
  /// The blocks of a language in the document.
  private static func blocks(_ language: String) throws -> [String] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    let file = folder.appending(path: "../../docs/webhooks.md")
    let text = try String(contentsOf: file, encoding: .utf8)
    return text.split(separator: "\n```\(language)\n").dropFirst().map { block in
      String(block.prefix(upTo: block.firstRange(of: "\n```")?.lowerBound ?? block.endIndex))
    }
  }

  private static var entry: JournalEntry {
    var event = Samples.noted()
    event.wording = Wording(code: "LIV", label: "Livré")
    event.meaning.mode = .hand
    event.origin.source = "colisprive"
    return .event(event)
  }

  @Test func theBodiesAreThoseThatAreSent() throws {
    let shown = try Self.blocks("json")
    #expect(
      shown == [
        try Samples.text(Self.entry, to: Samples.endpoint()),
        try Samples.text(Self.entry, to: Samples.endpoint(.sendcloud)),
      ])
  }

  @Test func theTemplateCanBeUsed() throws {
    let text = try #require(try Self.blocks("mustache").first)
    let template = try BodyTemplate(text, file: "file.mustache")
    let body = try Samples.text(Self.entry, to: Samples.endpoint(.template(template)))
    #expect(body.hasPrefix("{\n  \"text\": \"991122334455 (CMD-1): delivered\",\n"))
    #expect(body.contains("\n  \"first\": true,\n"))
  }

  @Test func thereIsASnippetForEachLanguage() throws {
    for language in ["php", "python", "javascript", "sh"] {
      #expect(try Self.blocks(language).count == 1)
    }
  }
}
