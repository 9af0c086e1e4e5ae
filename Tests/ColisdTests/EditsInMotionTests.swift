import Foundation
import TestSupport
import Testing

/// A contract that is edited again and again beside a running daemon, by whatever means editors and
/// deployments have, in any order.
@Suite(.openSSH()) struct EditsInMotionTests {
  private enum Way: CaseIterable {
    case writtenInPlace, renamedIntoPlace, removedAndWritten, hardLinked, symbolicLink, otherSuffix
    case otherName, folderSwitched, markedAndWritten
  }

  @Test(.timeLimit(.minutes(10)))
  func whateverTheWayWhatStandsInTheFolderIsInForce() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server) {
      $0.poll["interval"] = "1s"
      $0.log["level"] = "debug"
    }
    try workspace.removeContract("comptoir-nantes")
    // A link from the beginning, so that it can be switched.
    try move(workspace.folder.file("contracts.d"), to: workspace.folder.file("0.d"))
    try FileManager.default.createSymbolicLink(
      atPath: workspace.folder.file("contracts.d"), withDestinationPath: "0.d")
    var file = workspace.folder.file("contracts.d/neuf.yaml")
    try text(0, isActive: true).write(toFile: file, atomically: false, encoding: .utf8)
    let daemon = try workspace.start("run")
    try await daemon.waits(for: "poll.finished")

    var random = SeededGenerator(seed: 20_261_128)
    var story: [String] = []
    for number in Effort(rounds: 2 * Way.allCases.count) {
      // Each of them once before chance decides.
      let way =
        number < Way.allCases.count
        ? Way.allCases[number] : Way.allCases.randomElement(using: &random) ?? .writtenInPlace
      let isActive = Bool.random(using: &random)
      story.append("\(way), \(isActive ? "active" : "not active")")
      let reloads = daemon.lines("config.reloaded").count
      file = try edit(file, number + 1, way, isActive: isActive, workspace)
      try await daemon.waits(
        for: "config.reloaded", count: reloads + 1, within: .seconds(20))
      let row = TrackingRow(parcel: number, step: 0)
      try server.drop.write("\(number).csv", [row].under("C7", "EM990001").file())
      try await daemon.waits(for: "file.ingested", count: number + 1, within: .seconds(20))
      try await eventually(within: .seconds(20), "what is in force after \(story)") {
        let held = try await workspace.json("status").held.integer ?? -1
        return isActive ? held == 0 : held > 0
      }
    }
    let status = try await workspace.json("status")
    let (events, held) = (status.events.integer ?? 0, status.held.integer ?? 0)
    #expect(events + held == story.count, "each row once, in or held")
    #expect(daemon.lines("config.refused").isEmpty, "\(story)\n\(daemon.log)")
    #expect(try await daemon.end() == Exit.done)
  }

  /// - Parameter number: makes its text another one each time.
  private func text(_ number: Int, isActive: Bool) -> String {
    var contract = ContractText()
    contract.active = "\(isActive)"
    return "# \(number)\n" + contract.yaml
  }

  private func move(_ from: String, to: String) throws {
    try #require(rename(from, to) == 0, "\(from) to \(to)")
  }

  /// - Returns: where the contract stands then.
  private func edit(
    _ file: String, _ number: Int, _ way: Way, isActive: Bool, _ workspace: Workspace
  ) throws -> String {
    let files = FileManager.default
    let text = text(number, isActive: isActive)
    func write(_ text: String, _ path: String) throws {
      try text.write(toFile: path, atomically: false, encoding: .utf8)
    }
    let aside = workspace.folder.file("aside-\(number)")
    switch way {
    case .writtenInPlace: try write(text, file)
    case .markedAndWritten: try write("\u{feff}" + text, file)
    case .renamedIntoPlace:
      try write(text, aside)
      try move(aside, to: file)
    case .removedAndWritten:
      try files.removeItem(atPath: file)
      try write(text, file)
    case .hardLinked:
      try files.removeItem(atPath: file)
      try write(text, aside)
      try files.linkItem(atPath: aside, toPath: file)
      try files.removeItem(atPath: aside)
    case .symbolicLink:
      try write(text, aside)
      try files.removeItem(atPath: file)
      try files.createSymbolicLink(atPath: file, withDestinationPath: aside)
    case .otherSuffix, .otherName:
      let (name, suffix) = way == .otherName ? ("neuf-\(number)", "yaml") : ("neuf", "YAML")
      let new = workspace.folder.file("contracts.d/\(name).\(suffix)")
      try write(text, aside)
      try files.removeItem(atPath: file)
      try move(aside, to: new)
      return new
    case .folderSwitched:
      let link = workspace.folder.file("contracts.d")
      let name = URL(filePath: file).lastPathComponent
      try files.copyItem(
        atPath: URL(filePath: link).resolvingSymlinksInPath().path,
        toPath: workspace.folder.file("\(number).d"))
      let copy = workspace.folder.file("\(number).d/\(name)")
      try files.removeItem(atPath: copy)
      try write(text, copy)
      try files.createSymbolicLink(atPath: aside, withDestinationPath: "\(number).d")
      try move(aside, to: link)
    }
    return file
  }
}
