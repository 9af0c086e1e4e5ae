import Foundation
import Testing

/// README.md and README.fr.md say the same, in two languages.
@Suite struct ReadmeTests {
  private let english: String
  private let french: String

  init() throws {
    english = try Self.text("README.md")
    french = try Self.text("README.fr.md")
  }

  private static func text(_ name: String) throws -> String {
    try String(contentsOf: samples.appending(path: "../\(name)").standardized, encoding: .utf8)
  }

  /// The indented blocks, which are to be typed or written into a file; not the picture made of signs.
  private func blocks(_ text: String) -> [String] {
    text.split(separator: "\n\n").filter { block in
      block.split(separator: "\n").allSatisfy { $0.hasPrefix("    ") } && !block.contains("▶")
    }.map { block in
      block.split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: "\n")
    }
  }

  /// Where it leads, but for the other language; the page is shown in each language.
  private func links(_ text: String) -> [String] {
    text.matches(of: /\]\(([^)\s]+)\)/).map { $0.1.replacing(".fr.", with: ".") }
      .filter { !$0.hasPrefix("README") }.map { String($0) }.sorted()
  }

  @Test func bothAreShort() {
    #expect(english.split(separator: "\n", omittingEmptySubsequences: false).count <= 151)
    #expect(french.split(separator: "\n", omittingEmptySubsequences: false).count <= 151)
  }

  @Test func bothHaveTheSameCommands() {
    let commands = blocks(english)
    #expect(commands.contains("make demo\nmake test"))
    #expect(commands.contains { $0.contains("colisd parcel 991122334455") })
    #expect(commands == blocks(french))
  }

  @Test func bothLeadToTheSamePlacesAndToEachOther() {
    #expect(links(english).contains("docs/first-hour.md"))
    #expect(links(english) == links(french))
    #expect(english.contains("](README.fr.md)") && french.contains("](README.md)"))
  }

  /// The steps end with a parcel only when the day of `tracking.requested` is written before the first drain.
  @Test func theDayOfTheAdvisorComesBeforeTheDrain() throws {
    for text in [english, french] {
      let day = try #require(text.range(of: "tracking: { requested: "))
      let drain = try #require(text.range(of: "systemctl start colisd-drain"))
      #expect(day.lowerBound < drain.lowerBound)
    }
  }

  @Test func inFrenchABlankBeforeASignDoesNotBreakTheLine() {
    let prose = french.split(separator: "\n").filter { !$0.hasPrefix("    ") }
      .joined(separator: "\n").replacing(/`[^`]*`/, with: "x")
    #expect(prose.firstMatch(of: /[ ][;:!?»]|«[ ]/) == nil)
  }
}
