import Foundation
import TestSupport
import Testing

/// Which layout `colisd init` chooses for the newest file of the drop.
@Suite(.openSSH()) struct InitLayoutTests {
  private func begin(
    _ name: String, _ file: [UInt8], include: String = ""
  ) async throws -> (Workspace, ProcessResult) {
    let server = try OpenSSHServer.current
    try server.drop.write(name, file)
    let workspace = try Workspace()
    try workspace.removeContract("comptoir-nantes")
    try workspace.folder.write(
      "given.yaml",
      """
      host: \(server.host)
      port: \(server.port)
      username: \(server.username)
      host-keys: ["\(try await server.fingerprint())"]
      private-key: \(try await server.userKey())
      directory: \(server.drop.path)
      \(include)

      """)
    let result = try await workspace.run("init", "--answers", workspace.folder.file("given.yaml"))
    #expect(result.status == Exit.done, "\(result.standardError)")
    return (workspace, result)
  }

  private func events(_ workspace: Workspace) async throws -> [String?] {
    try await workspace.drain()
    let result = try await workspace.run("events")
    return try result.lines.map { try JSONValue($0).occurred_at.string }
  }

  @Test func aFileOfAnotherFormatIsReadByAGuessedOne() async throws {
    let (workspace, result) = try await begin(
      "suivis.csv",
      Array(
        """
        Compte;ID du compte;N° de colis;Statut;Libellé;Date;Heure
        E1;EM180619;991122334455;LIV;Votre colis a été livré en boîte aux lettres;28/08/2026;11h42
        E1;EM180619;991122334462;LIV;Votre colis a été livré en boîte aux lettres;28/08/2026;9h05

        """.utf8))
    #expect(result.standardError.contains("guessed from suivis.csv"), "\(result.standardError)")
    #expect(result.standardError.contains("991122334455"), "\(result.standardError)")
    #expect(workspace.folder.holds("layout.yaml"))
    let times = try await events(workspace)
    #expect(times == ["2026-08-28T11:42:00+02:00", "2026-08-28T09:05:00+02:00"])
  }

  /// The built-in layout reads such a file, but every event would be of a day without a time.
  @Test func aTimeInAColumnOfItsOwnIsNotLost() async throws {
    let (workspace, result) = try await begin(
      "TRK_1.csv",
      Array(
        """
        CPCustoID;AccountID;CPPclCode;StsCode;StsDesc;StsDate;StsTime
        E1;EM180619;991122334455;LIV;Votre colis a été livré;28/08/2026;11:42:10
        E1;EM180619;991122334462;LIV;Votre colis a été livré;28/08/2026;11:43:10

        """.utf8))
    #expect(
      result.standardError.contains("but not the time of day; a guessed one does"),
      "\(result.standardError)")
    let times = try await events(workspace)
    #expect(times == ["2026-08-28T11:42:10+02:00", "2026-08-28T11:43:10+02:00"])
  }

  @Test func whatTheBuiltInLayoutReadsNeedsNoFile() async throws {
    let (workspace, result) = try await begin("TRK_1.csv", TrackingRow.samples(3).file())
    #expect(result.standardError.contains("The built-in layout reads TRK_1.csv."))
    #expect(!workspace.folder.holds("layout.yaml"))
  }

  @Test func theNamesOfOtherFilesAreAnAnswer() async throws {
    let archive = ZIPFile([.init("a.csv", TrackingRow.samples(2).text())]).bytes
    let (_, asked) = try await begin("TRK_1.ZIP", archive)
    #expect(
      asked.standardError.contains(
        "To read *.zip too, add the answer include: [\"*.csv\", \"*.csv.gz\", \"*.zip\"]"),
      "\(asked.standardError)")
    let (workspace, result) = try await begin(
      "TRK_1.ZIP", archive, include: "include: [\"*.zip\"]")
    #expect(
      result.standardError.contains("The first rows of TRK_1.ZIP!a.csv"), "\(result.standardError)")
    let count = try await events(workspace).count
    #expect(count == 2)
  }
}
