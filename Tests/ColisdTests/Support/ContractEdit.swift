import Foundation
import TestSupport
import Testing

/// How a contract gets into the folder, or its obstacle out of it.
enum ContractEdit: CaseIterable, Sendable {
  case renamedIntoPlace, writtenInPlace, added, linked, removed, folderExchanged

  func prepare(_ workspace: Workspace) throws {
    switch self {
    case .renamedIntoPlace, .writtenInPlace, .folderExchanged: break
    case .added, .linked: try workspace.removeContract("neuf")
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
    case .writtenInPlace, .added: try workspace.folder.write("contracts.d/neuf.yaml", contract)
    case .linked:
      let file = try workspace.folder.write("neuf.yaml", contract)
      try FileManager.default.linkItem(atPath: file, toPath: workspace.path(ofContract: "neuf"))
    case .removed:
      let refused = daemon.lines("config.refused").count
      try workspace.put(contract, as: "neuf")
      try await daemon.waits(for: "config.refused", count: refused + 1)
      #expect(daemon.lines("held.released").isEmpty, "a pair of two contracts is nobody's")
      try workspace.removeContract("former")
    case .folderExchanged:
      let files = FileManager.default
      let (folder, new) = (workspace.folder.file("contracts.d"), workspace.folder.file("new.d"))
      try files.copyItem(atPath: folder, toPath: new)
      try workspace.folder.write("new.d/neuf.yaml", contract)
      try files.moveItem(atPath: folder, toPath: workspace.folder.file("old.d"))
      try files.moveItem(atPath: new, toPath: folder)
    }
  }
}
