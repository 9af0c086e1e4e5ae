import SFTP
import Testing

@Suite struct RemotePathTests {
  @Test(arguments: ["", ".", "..", "a/b", "/", "a\0b", "../x"])
  func whatIsNoSingleComponentOfAPathIsNoName(_ text: String) {
    #expect(RemoteName(text) == nil)
  }

  @Test(
    arguments: [
      (Array("livré.csv".utf8), "livré.csv"), ([0x6c, 0xe9], "l\\xE9"),
      (Array("a\nb\t\r".utf8), "a\\nb\\t\\r"), (Array("\u{1B}[2J".utf8), "\\u{1B}[2J"),
      (Array("a\u{202E}b".utf8), "a\\u{202E}b"), (Array("a\\b".utf8), "a\\\\b"),
      ([0xf0, 0x9f], "\\xF0\\x9F"), (Array("...".utf8), "..."),
    ] as [([UInt8], String)])
  func namesAreBytesAndPrintOnOneLineWithoutATrapForTerminals(_ bytes: [UInt8], _ text: String)
    throws
  {
    let name = try #require(RemoteName(bytes))
    #expect(name.bytes == bytes)
    #expect(name.description == text)
    #expect(unprinted(text) == bytes)
  }

  @Test(arguments: [
    "a\\", "a\\q", "\\x", "\\xG1", "\\u", "\\u{", "\\u{}", "\\u{D800}", "\\u{110000}",
  ])
  func whatPrintingCannotHaveMadeIsNotReadBack(_ text: String) { #expect(unprinted(text) == nil) }

  @Test func pathsAreJoinedByOneSlash() throws {
    let name = try #require(RemoteName("a"))
    #expect(RemotePath("/out").appending(name) == RemotePath("/out/a"))
    #expect(RemotePath("/").appending(name) == RemotePath("/a"))
    #expect(RemotePath("").appending(name) == RemotePath("a"))
  }
}
