import SFTP
import TestSupport
import Testing

@Suite struct SFTPMachineTests {
  let handle = SFTPHandle([1, 2])

  @Test func theGreetingAsksForVersion3() {
    var machine = SFTPMachine()
    machine.start()
    #expect(machine.output() == [0, 0, 0, 5, 1, 0, 0, 0, 3])
  }

  @Test(
    arguments: [
      (
        SFTPRequest.open(RemotePath("a")),
        [0, 0, 0, 18, 3, 0, 0, 0, 0, 0, 0, 0, 1, 97, 0, 0, 0, 1, 0, 0, 0, 0]
      ),
      (.close(SFTPHandle([1, 2])), [0, 0, 0, 11, 4, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2]),
      (
        .read(SFTPHandle([1]), offset: 0x1_0000_0002, length: 0x8000),
        [0, 0, 0, 22, 5, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0x80, 0]
      ),
      (.lstat(RemotePath("a")), [0, 0, 0, 10, 7, 0, 0, 0, 0, 0, 0, 0, 1, 97]),
      (.fstat(SFTPHandle([1])), [0, 0, 0, 10, 8, 0, 0, 0, 0, 0, 0, 0, 1, 1]),
      (.opendir(RemotePath([0xe9])), [0, 0, 0, 10, 11, 0, 0, 0, 0, 0, 0, 0, 1, 0xe9]),
      (.readdir(SFTPHandle([1])), [0, 0, 0, 10, 12, 0, 0, 0, 0, 0, 0, 0, 1, 1]),
      (.remove(RemotePath("a")), [0, 0, 0, 10, 13, 0, 0, 0, 0, 0, 0, 0, 1, 97]),
      (.mkdir(RemotePath("a")), [0, 0, 0, 14, 14, 0, 0, 0, 0, 0, 0, 0, 1, 97, 0, 0, 0, 0]),
      (.realpath(RemotePath(".")), [0, 0, 0, 10, 16, 0, 0, 0, 0, 0, 0, 0, 1, 46]),
      (.stat(RemotePath("a")), [0, 0, 0, 10, 17, 0, 0, 0, 0, 0, 0, 0, 1, 97]),
      (
        .rename(from: RemotePath("a"), to: RemotePath("b")),
        [0, 0, 0, 15, 18, 0, 0, 0, 0, 0, 0, 0, 1, 97, 0, 0, 0, 1, 98]
      ),
    ] as [(SFTPRequest, [UInt8])])
  func requestsHaveTheDraftsForm(_ request: SFTPRequest, _ bytes: [UInt8]) throws {
    var machine = try Packets.readyMachine()
    #expect(machine.request(request) == 0)
    #expect(machine.output() == bytes)
  }

  @Test func answersFindTheirQuestionInAnyOrder() throws {
    var machine = try Packets.readyMachine()
    let read = machine.request(.read(handle, offset: 0, length: 10))
    let stat = machine.request(.lstat(RemotePath("a")))
    let list = machine.request(.readdir(handle))
    #expect(machine.inFlightCount == 3)
    #expect(machine.oldestRequest == read)
    machine.receive(Packets.names(list, [Array("x".utf8)]))
    machine.receive(
      Packets.packet(
        105, Packets.number(stat) + Packets.attributes(size: 6, mtime: 8, permissions: 0o040_755)))
    machine.receive(Packets.data(read, [7, 8, 9]))
    #expect(try machine.nextReply()?.id == list)
    let reply = try #require(try machine.nextReply())
    guard case .attributes(let attributes) = reply.body else {
      Issue.record("\(reply)")
      return
    }
    #expect(attributes == FileAttributes(size: 6, mtime: 8, permissions: 0o040_755))
    #expect(attributes.kind == .directory)
    #expect(try machine.replies() == ["\(read): [7, 8, 9]"])
    #expect(machine.inFlightCount == 0)
  }

  @Test func theSameRepliesComeWhereverTheBytesAreCut() throws {
    func ready() throws -> SFTPMachine {
      var machine = try Packets.readyMachine()
      _ = machine.request(.open(RemotePath("a")))
      _ = machine.request(.read(handle, offset: 0, length: 40))
      _ = machine.request(.readdir(handle))
      _ = machine.request(.remove(RemotePath("a")))
      return machine
    }
    let stream =
      Packets.data(1, Array(0..<40)) + Packets.handle(0) + Packets.names(2, [[65], [66, 0xff]])
      + Packets.status(3, 4, "no\u{1B}[2J")
    var whole = try ready()
    whole.receive(stream)
    let expected = try whole.replies()
    #expect(expected.count == 4)
    for cut in 0...stream.count {
      var machine = try ready()
      machine.receive(stream[..<cut])
      var replies = try machine.replies()
      machine.receive(stream[cut...])
      replies += try machine.replies()
      #expect(replies == expected)
    }
    var machine = try ready()
    var replies: [String] = []
    for byte in stream {
      machine.receive([byte])
      replies += try machine.replies()
    }
    #expect(replies == expected)
  }

  @Test func aLengthOfFourGigabytesIsRefusedFromItsHeader() throws {
    var machine = try Packets.readyMachine()
    machine.receive([0xff, 0xff, 0xff, 0xff, 103])
    #expect(throws: SFTPProtocolError.packetTooLong(length: .max, limit: 1 << 20)) {
      try machine.nextReply()
    }
    machine.receive(Packets.version())
    #expect(throws: SFTPProtocolError.self) { try machine.nextReply() }
  }

  @Test func textInsteadOfSFTPIsShown() {
    var machine = SFTPMachine()
    machine.start()
    machine.receive(Array("This service allows sftp connections only.\n".utf8))
    #expect(
      throws: SFTPProtocolError.notSFTP(text: "This service allows sftp connections only.\\n")
    ) { try machine.nextReply() }
  }

  @Test func anotherVersionIsRefused() {
    var machine = SFTPMachine()
    machine.start()
    machine.receive(Packets.version(2))
    #expect(throws: SFTPProtocolError.unsupportedVersion(2)) { try machine.nextReply() }
  }

  struct Bad: Sendable, CustomTestStringConvertible {
    let bytes: [UInt8]
    let error: SFTPProtocolError
    var testDescription: String { "\(error)" }
  }

  @Test(arguments: [
    Bad(bytes: [0, 0, 0, 0, 0], error: .truncated(type: 0)),
    Bad(bytes: Packets.version(), error: .unexpectedType(2)),
    Bad(bytes: Packets.packet(200, [0, 0, 0, 0]), error: .unexpectedType(200)),
    Bad(bytes: Packets.status(77, 0), error: .unknownRequest(77)),
    Bad(bytes: Packets.status(0, 0), error: .mismatched(type: 101)),
    Bad(bytes: Packets.handle(0), error: .mismatched(type: 102)),
    Bad(bytes: Packets.names(0, []), error: .mismatched(type: 104)),
    Bad(bytes: Packets.data(0, Array(repeating: 1, count: 11)), error: .mismatched(type: 103)),
    Bad(bytes: Packets.data(0, []), error: .mismatched(type: 103)),
    Bad(bytes: Packets.packet(103, [0, 0, 0, 0, 0, 0, 1, 0, 5]), error: .truncated(type: 103)),
    Bad(bytes: Packets.packet(101, [0, 0]), error: .truncated(type: 101)),
    Bad(
      bytes: Packets.packet(104, [0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff]),
      error: .truncated(type: 104)),
    Bad(
      bytes: Packets.packet(105, [0, 0, 0, 2, 0x80, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]),
      error: .truncated(type: 105)),
  ])
  func whatNoServerMaySendIsATypedError(_ bad: Bad) throws {
    var machine = try Packets.readyMachine()
    _ = machine.request(.read(handle, offset: 0, length: 10))
    _ = machine.request(.readdir(handle))
    _ = machine.request(.lstat(RemotePath("a")))
    machine.receive(bad.bytes)
    #expect(throws: bad.error) { try machine.nextReply() }
  }

  @Test func noInputTrapsIt() async throws {
    var random = SeededGenerator(seed: 7)
    var errors = 0
    for _ in 0..<5_000 {
      // Tests with deadlines run beside this one.
      await Task.yield()
      var machine = try Packets.readyMachine()
      _ = machine.request(.read(handle, offset: 0, length: 100))
      _ = machine.request(.readdir(handle))
      _ = machine.request(.lstat(RemotePath("a")))
      var bytes =
        [
          Packets.data(0, Array(0..<50)), Packets.names(1, [[65], [66]]),
          Packets.packet(
            105, Packets.number(UInt32(2)) + Packets.attributes(size: 1, mtime: 1, permissions: 1)),
        ].shuffled(using: &random).flatMap { $0 }
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
          in: 0...255, using: &random)
      }
      machine.receive(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
      do { _ = try machine.replies() } catch { errors += 1 }
    }
    #expect(errors > 250)
  }

  @Test func idsInFlightAreNotGivenTwice() throws {
    var machine = try Packets.readyMachine()
    let first = machine.request(.lstat(RemotePath("slow")))
    for _ in 0..<1000 {
      let id = machine.request(.lstat(RemotePath("quick")))
      #expect(id != first)
      machine.receive(Packets.status(id, 2))
      _ = try machine.nextReply()
    }
    #expect(machine.oldestRequest == first)
  }
}
