import Foundation
import TestSupport
import Testing

/// How a contract gets into the folder, or its obstacle out of it.
enum ContractEdit: CaseIterable, Sendable {
  case renamedIntoPlace, writtenInPlace, added, linked, removed, folderExchanged
  /// Its first name, elsewhere, is gone at once; or it never had one.
  case linkedAndUnlinked, linkedWithoutName
  /// The folder is a link, which is switched; or one of the folders above it is exchanged.
  case linkSwitched, parentExchanged

  /// Those after which another folder stands at the path.
  static let exchanges: [Self] = [.folderExchanged, .linkSwitched, .parentExchanged]

  func prepare(_ workspace: Workspace) throws {
    switch self {
    case .renamedIntoPlace, .writtenInPlace, .folderExchanged: break
    case .added, .linked, .linkedAndUnlinked, .linkedWithoutName:
      try workspace.removeContract("neuf")
    case .linkSwitched: try move("contracts.d", to: "first.d", in: workspace)
    case .parentExchanged:
      try workspace.folder.makeDirectory("etc", mode: 0o755)
      try move("contracts.d", to: "etc/contracts.d", in: workspace)
      try move("secrets", to: "etc/secrets", in: workspace)
    case .removed:
      // The pair is another contract's, whose plan does not allow its rows.
      try workspace.removeContract("neuf")
      var former = ContractText()
      former.plan = "free"
      try workspace.put(former, as: "former")
    }
  }

  func make(_ workspace: Workspace, _ daemon: Daemon) async throws {
    let contract = ContractText().yaml
    switch self {
    case .renamedIntoPlace: try workspace.put(contract, as: "neuf")
    case .writtenInPlace, .added:
      try workspace.folder.writeInPlace("contracts.d/neuf.yaml", contract.utf8)
    case .linked:
      let file = try workspace.folder.write("neuf.yaml", contract)
      try FileManager.default.linkItem(atPath: file, toPath: workspace.path(ofContract: "neuf"))
    case .removed:
      let refused = daemon.lines("config.refused").count
      try workspace.put(contract, as: "neuf")
      try await daemon.waits(for: "config.refused", count: refused + 1)
      #expect(daemon.lines("held.released").isEmpty, "a pair of two contracts is nobody's")
      try workspace.removeContract("former")
    case .linkedAndUnlinked:
      let file = try workspace.folder.write("neuf.yaml", contract)
      try FileManager.default.linkItem(atPath: file, toPath: workspace.path(ofContract: "neuf"))
      try FileManager.default.removeItem(atPath: file)
    case .linkedWithoutName: try link(contract, to: workspace.path(ofContract: "neuf"), workspace)
    case .linkSwitched:
      let files = FileManager.default
      try files.copyItem(
        atPath: workspace.folder.file("first.d"), toPath: workspace.folder.file("second.d"))
      try workspace.folder.write("second.d/neuf.yaml", contract)
      let new = workspace.folder.file("new.d")
      try files.createSymbolicLink(atPath: new, withDestinationPath: "second.d")
      try #require(rename(new, workspace.folder.file("contracts.d")) == 0)
    case .parentExchanged:
      let files = FileManager.default
      let (etc, new) = (workspace.folder.file("etc"), workspace.folder.file("new"))
      try files.copyItem(atPath: etc, toPath: new)
      try workspace.folder.write("new/contracts.d/neuf.yaml", contract)
      try files.moveItem(atPath: etc, toPath: workspace.folder.file("old"))
      try files.moveItem(atPath: new, toPath: etc)
    case .folderExchanged:
      let files = FileManager.default
      let (folder, new) = (workspace.folder.file("contracts.d"), workspace.folder.file("new.d"))
      try files.copyItem(atPath: folder, toPath: new)
      try workspace.folder.write("new.d/neuf.yaml", contract)
      try files.moveItem(atPath: folder, toPath: workspace.folder.file("old.d"))
      try files.moveItem(atPath: new, toPath: folder)
    }
  }
  /// Moves a folder elsewhere, and leaves a link in its place.
  private func move(_ name: String, to place: String, in workspace: Workspace) throws {
    let files = FileManager.default
    try files.moveItem(atPath: workspace.folder.file(name), toPath: workspace.folder.file(place))
    try files.createSymbolicLink(
      atPath: workspace.folder.file(name), withDestinationPath: place)
  }

  /// Writes a file that has no name, and gives it one.
  private func link(_ text: String, to path: String, _ workspace: Workspace) throws {
    // O_TMPFILE of Linux.
    let descriptor = open(workspace.folder.path, O_RDWR | 0o20_200_000, 0o644)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    try #require(write(descriptor, bytes, bytes.count) == bytes.count)
    let code = linkat(
      AT_FDCWD, "/proc/self/fd/\(descriptor)", AT_FDCWD, path, AT_SYMLINK_FOLLOW)
    try #require(code == 0)
  }
}
