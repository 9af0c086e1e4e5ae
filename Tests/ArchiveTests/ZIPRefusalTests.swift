import Archive
import TestSupport
import Testing

/// Archives that show different programs different things, or that no carrier makes.
@Suite struct ZIPRefusalTests {
  private func failure(
    _ members: [ZIPFile.Member], limits: ArchiveLimits = ArchiveLimits()
  ) -> String {
    Unpacked(ZIPFile(members).bytes, limits: limits).failure?.description ?? "none"
  }

  private func changed(_ change: (inout ZIPFile.Member) -> Void) -> [ZIPFile.Member] {
    var member = ZIPFile.Member("b.csv", "two\n")
    change(&member)
    return [.init("a.csv", "one\n"), member]
  }

  @Test
  func anotherNameInTheDirectoryIsFound() {
    let text = failure(changed { $0.localName = Array("c.csv".utf8) })
    #expect(text.contains("damaged ZIP archive") && text.contains("member 2"))
    #expect(text.contains("another name"))
  }

  @Test
  func anotherSizeInTheDirectoryIsFound() {
    #expect(failure(changed { $0.listedSize = 5 }).contains("5 bytes, and 4"))
  }

  @Test
  func aMemberThatTheDirectoryDoesNotHaveIsFound() {
    let text = failure(changed { $0.isHidden = true })
    #expect(text.contains("its directory has 1 members, and the archive itself 2"))
  }

  @Test
  func encryptedMembersAreRefusedWithWhatToDo() {
    let text = failure(changed { $0.flags = 1 })
    #expect(text.contains("member 2 is encrypted") && text.contains("without a password"))
  }

  @Test
  func otherPackingsAreRefusedWithTheirNumber() {
    #expect(failure(changed { $0.method = 14 }).contains("method 14"))
  }

  @Test(arguments: [
    ("../b.csv", "leads out"), ("d/../../b.csv", "leads out"), ("..\\b.csv", "leads out"),
    ("/b.csv", "absolute"), ("\\b.csv", "absolute"), ("C:\\b.csv", "absolute"),
    ("b\n.csv", "control characters"), ("b\u{1b}[2J.csv", "control characters"),
    ("a.csv", "members 1 and 2 have the same name"), ("", "is empty"),
  ])
  func hostileNamesAreRefused(name: String, reason: String) {
    let text = failure([.init("a.csv", "one\n"), .init(name, "two\n")])
    #expect(text.contains("refused ZIP archive") && text.contains(reason))
  }

  @Test
  func aVeryLongNameIsRefused() {
    let text = failure([.init(String(repeating: "x", count: 1_001), "")])
    #expect(text.contains("more than 1000 bytes"))
  }

  @Test
  func namesOfAnyEncodingAreTakenAsBytes() {
    var member = ZIPFile.Member("", "x")
    member.name = [0x82] + Array(".csv".utf8)
    #expect(failure([member]) == "none")
  }

  @Test
  func expansionEndsAtItsLimits() {
    let content = [UInt8](repeating: 0x61, count: 100_000)
    var limits = ArchiveLimits()
    limits.bytes = 99_999
    #expect(failure([.init("a", content)], limits: limits).contains("more than 99999 bytes"))
    limits.bytes = 100_000
    #expect(failure([.init("a", content)], limits: limits) == "none")
    limits.freeBytes = 0
    limits.ratio = 1
    #expect(failure([.init("a", content)], limits: limits) == "none")
  }

  @Test
  func aMemberTooManyIsRefused() {
    var limits = ArchiveLimits()
    limits.members = 2
    let members = (1...3).map { ZIPFile.Member("\($0)", "") }
    #expect(failure(members, limits: limits).contains("more than 2 members"))
    #expect(failure(Array(members.dropLast()), limits: limits) == "none")
  }

  @Test
  func whatStandsAfterTheEndIsNoPartOfAnArchive() {
    let bytes = ZIPFile([.init("a", "x")]).bytes
    guard case .incomplete? = Unpacked(bytes + [0]).failure else {
      Issue.record("it was read")
      return
    }
  }
}
