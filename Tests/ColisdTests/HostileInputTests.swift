import Foundation
import TestSupport
import Testing

/// Files that are made to take memory, disk, time or the log; one after the other, as each wants
/// much of the machine.
@Suite(.serialized, .openSSH()) struct HostileInputTests {
  /// What a file does between two good rows, and what has to become of it.
  struct Attack: Sendable, CustomTestStringConvertible {
    var name: String
    /// Python that writes bytes with `write`; `good(n)` is a row.
    var script: String
    /// Rejected rows; nil: the file is no tracking file at all.
    var rejected: Int?
    var new = 2
    var testDescription: String { name }
  }

  static let attacks = [
    Attack(
      name: "a line of 100 MB",
      script: "start()\nfor _ in range(1600): write(b'y' * 65536)\nwrite(b'\\n' + good(2))",
      rejected: 1),
    Attack(
      name: "five million columns",
      script: """
        start()
        for _ in range(80): write(b';' * 65536)
        write(b'\\n')
        for _ in range(1000): write(b';' * 65000 + b'\\n')
        write(good(2))
        """, rejected: 1_001),
    Attack(
      name: "a header of 1 MB",
      script: "write(b'x;' * 500000 + header + good(1) + good(2))", rejected: nil, new: 0),
    Attack(
      name: "a header of ten thousand columns",
      script: "write(b'x;' * 10000 + header)\nfor n in (1, 2): write(b'0;' * 10000 + good(n))",
      rejected: 0),
    Attack(
      name: "NUL bytes",
      script: """
        start()
        write(b'E1;EM180619;990000000003;\\0;EXP;x;01/08/2026 06:01:00;75A;75012\\n')
        for _ in range(1000): write(b'\\0' * 65000 + b'\\n')
        write(good(2))
        """, rejected: 1_001),
    Attack(
      name: "quotes that are never closed",
      script: "start()\nfor n in range(300000): write(b'E1;\"EM180619;99%010d;CMD\\n' % n)\n"
        + "write(good(2))",
      rejected: 300_000),
    Attack(
      name: "bytes that are no text",
      script: "start()\nbad = bytes(range(128, 256)) + b';\\xed\\xa0\\x80;\\xf0\\x9f\\n'\n"
        + "for _ in range(100000): write(bad)\nwrite(good(2))",
      rejected: 100_000),
    Attack(
      name: "control characters",
      script: "start()\nfor _ in range(20000): write(b'\\x1b[2J\\x01\\x7f' * 600 + b'\\n')\n"
        + "write(good(2))",
      rejected: 20_000),
    Attack(
      name: "a million blank lines",
      script: "start()\nfor _ in range(1000): write(b'\\n' * 1000)\nwrite(good(2))", rejected: 0),
  ]

  private static let generator = """
    import sys
    header = b'\(TrackingRow.header)\\n'
    out = sys.stdout.buffer
    write = out.write
    def good(n):
        return b'E1;EM180619;99%010d;CMD-1;EXP;x;01/08/2026 06:01:00;75A;75012;FR\\n' % n
    def start():
        write(header + good(1))
    """

  /// Packs without making anything smaller: content of hundreds of times the file's size would be refused.
  private static let packer = """
    /usr/bin/python3 -c 'import gzip, shutil, sys
    with gzip.open(sys.stdout.buffer, "wb", compresslevel=0) as file:
        shutil.copyfileobj(sys.stdin.buffer, file)'
    """

  /// Puts an attack into a file, by a pipe where it is to be packed.
  private func write(_ attack: Attack, to path: String, through filter: String = "cat") async throws
  {
    let script = try TemporaryDirectory()
    try script.write("attack.py", Self.generator + "\n" + attack.script + "\n")
    let result = try await run(
      "/bin/sh",
      arguments: [
        "-c", "/usr/bin/python3 \"$0\" | \(filter) > \"$1\"", script.file("attack.py"), path,
      ]
    )
    guard result.status == 0, result.standardError.isEmpty else {
      throw TestSupportError("\(attack.name): \(result.standardError)")
    }
  }

  /// The log is short, and each line of it is one event of a bounded length without a control.
  private func expectBounded(
    _ lines: [String], atMost count: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(lines.count <= count, "\(lines.count) lines", sourceLocation: sourceLocation)
    let odd = lines.first { line in
      line.utf8.count > 1_000 || line.wholeMatch(of: /<\d>event=.*/) == nil
        || line.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }
    #expect(
      odd == nil, "\(odd?.debugDescription.prefix(300) ?? "")", sourceLocation: sourceLocation)
  }

  @Test(arguments: attacks, ["csv", "csv.gz"])
  func isTakenInBoundedMemoryAndCostsTheOthersNothing(_ attack: Attack, _ ending: String)
    async throws
  {
    let server = try OpenSSHServer.current
    try server.drop.write("a.csv", [TrackingRow(parcel: 71, step: 0)].file())
    try await write(
      attack, to: server.drop.file("b.\(ending)"), through: ending == "csv" ? "cat" : Self.packer)
    try server.drop.write("c.csv", [TrackingRow(parcel: 72, step: 0)].file())
    let workspace = try await Workspace(server)
    let run = try await MeasuredRun(
      of: Program.path(), ["--drain", "--config", workspace.configuration])
    #expect(run.peakMemory < 128 << 20, "\(run.peakMemory >> 20) MiB")
    #expect(run.status == (attack.rejected == 0 ? Exit.done : Exit.incomplete))
    // Ten rejected rows and the rest's count, a line for each file, one for the feed that came to
    // life, and three of the drain.
    expectBounded(run.logLines, atMost: 18)

    let ledger = try await workspace.ledger()
    #expect(ledger["a.csv"]?.events_new == 1 && ledger["c.csv"]?.events_new == 1)
    let file = try #require(ledger["b.\(ending)"])
    #expect(file.state.string == (attack.rejected == nil ? "failed" : "ingested"))
    #expect(file.events_new.integer == attack.new)
    #expect(file.rejected.integer == attack.rejected ?? 0)
    #expect(file.rows.integer == attack.new + (attack.rejected ?? 0))
    if attack.rejected == nil { #expect((file.error.string ?? "").utf8.count < 300) }

    let listed = try await workspace.json("rejects", "--limit", "20").elements
    #expect(listed.count == min(20, attack.rejected ?? 0))
    // The first 4,096 bytes of a line; of bytes that are no UTF-8 each may become three.
    #expect(listed.allSatisfy { ($0.raw.string ?? "").utf8.count <= 3 * 4_096 })
  }

  @Test func aGigabyteInAMegabyteOfGzipIsRefusedEarly() async throws {
    let server = try OpenSSHServer.current
    let bomb = Attack(
      name: "gzip bomb",
      script: "start()\nfor _ in range(1024): write(b'y' * 1048576)\nwrite(b'\\n' + good(2))",
      rejected: nil)
    try await write(bomb, to: server.drop.file("b.csv.gz"), through: "gzip -1 | gzip -d | gzip -9")
    let size = try #require(
      FileManager.default.attributesOfItem(atPath: server.drop.file("b.csv.gz"))[.size] as? Int)
    #expect(size < 2 << 20)
    let workspace = try await Workspace(server)
    let run = try await MeasuredRun(
      of: Program.path(), ["--drain", "--config", workspace.configuration])
    #expect(run.status == Exit.incomplete)
    #expect(run.peakMemory < 64 << 20, "\(run.peakMemory >> 20) MiB")
    let file = try await workspace.ledger()["b.csv.gz"]
    // Rows before the failure are good.
    #expect(file?.state == "failed" && file?.events_new == 1)
    #expect(
      file?.error.string?.contains("200 times as large") == true, "\(String(describing: file))")
  }

  /// Ten million where somebody asks for it; a tenth of that shows the same.
  private static let badLines =
    ProcessInfo.processInfo.environment["COLISD_TORTURE"] == nil ? 1_000_000 : 10_000_000

  @Test func millionsOfBadLinesAreAllKeptAndElevenAreLogged() async throws {
    let workspace = try await Workspace(OpenSSHServer.current)
    let good = TrackingRow(parcel: 1, step: 0).line
    let script = """
      { echo '\(TrackingRow.header)'; yes 'a bad line of some length, which nobody can read' \\
          | head -n \(Self.badLines); echo '\(good)'; } | "$0" ingest - --config "$1"
      """
    let run = try await MeasuredRun(
      of: "/bin/sh", ["-c", script, Program.path(), workspace.configuration],
      timeout: .seconds(550))
    #expect(run.status == Exit.incomplete)
    #expect(run.peakMemory < 160 << 20, "\(run.peakMemory >> 20) MiB")
    // A contract of the samples is not complete and a feed came to life, which is logged; `yes` tells of
    // its pipe.
    expectBounded(run.logLines.filter { $0.hasPrefix("<") }, atMost: 14)
    let file = try await workspace.ledger()["-"]
    #expect(file?.rejected.integer == Self.badLines && file?.events_new == 1)
    // Nothing that can't be read is lost, so a store grows with it: by less than twice the file.
    let size = try #require(
      FileManager.default.attributesOfItem(atPath: workspace.folder.file("colisd.db"))[.size]
        as? Int)
    #expect(size < 2 * 49 * Self.badLines, "\(size) bytes")

    let list = try await MeasuredRun(
      of: Program.path(), ["rejects", "--json", "--config", workspace.configuration])
    #expect(list.status == Exit.done)
    #expect(list.peakMemory < 64 << 20, "\(list.peakMemory >> 20) MiB")
  }

  @Test(arguments: ["K%07d;w", "KX;w%07d", ";w%07d"])
  func aCodeOrALabelOfItsOwnInEveryRowCostsNeitherTimeNorTheLog(_ wording: String) async throws {
    let rows = 200_000
    let workspace = try await Workspace(OpenSSHServer.current)
    let path = workspace.folder.file("b.csv")
    try await write(
      Attack(
        name: "wordings",
        script: """
          write(header)
          row = b'E1;EM180619;99%010d;CMD;\(wording);01/08/2026 06:01:00;75A;75012;FR\\n'
          for n in range(\(rows)): write(row % (n, n))
          """, rejected: 0), to: path)
    let run = try await MeasuredRun(
      of: Program.path(), ["ingest", path, "--config", workspace.configuration])
    #expect(run.status == Exit.done)
    // Looking through all wordings for each new one took minutes.
    #expect(run.processorTime < .seconds(30), "\(run.processorTime)")
    #expect(run.peakMemory < 160 << 20, "\(run.peakMemory >> 20) MiB")
    // A hundred codes and the rest's count for each transaction, which are some ten.
    expectBounded(run.logLines, atMost: 3_000)
    #expect(run.logLines.count < rows / 50)
    let count = try await workspace.json("status").events.integer
    #expect(count == rows)
  }
}
