import Foundation
import TestSupport
import Testing

/// `colisd layout guess` prints a layout that reads the file it was guessed from.
@Suite struct LayoutGuessTests {
  private let french = """
    Export des suivis
    N° de colis;Statut;Libellé;Date;Heure;Code postal;Ville
    991122334455;LIV;Votre colis a été livré en boîte aux lettres;28/08/2026;11h42;75012;PARIS
    991122334462;LVR;Votre colis est en cours de distribution par le livreur;28/08/2026;09h05;31400;TOULOUSE
    99112233;LVR;Votre colis est en cours de distribution par le livreur;28/08/2026;09h06;31400;TOULOUSE

    """

  private func guess(
    _ folder: TemporaryDirectory, _ files: String..., input: [UInt8] = []
  ) async throws -> ProcessResult {
    try await TestSupport.run(
      Program.path(), arguments: ["layout", "guess"] + files, environment: Program.environment(),
      directory: folder.path, input: input)
  }

  @Test func theLayoutGoesToStandardOutputAndDoubtsAndRowsToStandardError() async throws {
    let folder = try TemporaryDirectory()
    try folder.write("a.csv", french)
    let result = try await guess(folder, "a.csv")
    #expect(result.status == Exit.done, "\(result.standardError)")
    let layout = result.standardOutput
    for line in [
      "name: guessed\n", "separator: \";\"", "time-formats: [\"dd/MM/yyyy HH'h'mm\"]",
      "account: { value: TODO }", "parcel: \"N° de colis\"", "date: [Date, Heure]",
      "postcode: \"Code postal\"", "#   column \"Ville\", such as PARIS\n",
    ] {
      #expect(layout.contains(line), "\(line) is missing in \(layout)")
    }
    let errors = result.standardError
    #expect(errors.contains("doubt: account: no column has it"), "\(errors)")
    #expect(errors.contains("991122334455"), "\(errors)")
    #expect(errors.contains("line 5: parcel-malformed: 99112233;LVR"), "\(errors)")
    #expect(errors.contains("a.csv: 2 of 3 rows can be read"), "\(errors)")
  }

  @Test func whatIsPrintedIsALayoutThatIngestReads() async throws {
    let workspace = try Workspace()
    try workspace.folder.write("a.csv", french)
    let result = try await guess(workspace.folder, "a.csv")
    let layout = result.standardOutput.replacing("value: TODO", with: "value: X9")
    try workspace.folder.write("layout.yaml", layout)
    try workspace.folder.write(
      "colisd.yaml", ConfigurationRefusalTests.good + "layout: { file: layout.yaml }\n")
    let ingest = try await workspace.run(
      "ingest", "--dry-run", workspace.folder.file("a.csv"),
      environment: ["DROP_PASSWORD": "s3cret"])
    #expect(ingest.status == Exit.incomplete, "\(ingest.standardError)")
    #expect(ingest.standardOutput.contains("3 rows: 0 new, 0 repeated, 2 held, 1 rejected"))
  }

  @Test func packedFilesAndStandardInputAreGuessedToo() async throws {
    let folder = try TemporaryDirectory()
    try folder.write("a.csv", french)
    let plain = try await guess(folder, "a.csv")
    let packed = try await TestSupport.run(
      "/bin/gzip", arguments: ["-c", "a.csv"], directory: folder.path)
    try folder.write("a.csv.gz", packed.rawOutput)
    let packedGuess = try await guess(folder, "a.csv.gz")
    let inputGuess = try await guess(folder, "-", input: Array(french.utf8))
    for other in [packedGuess, inputGuess] {
      #expect(other.status == Exit.done, "\(other.standardError)")
      #expect(
        other.lines.drop { !$0.hasPrefix("name:") } == plain.lines.drop { !$0.hasPrefix("name:") })
      #expect(other.standardError.contains("2 of 3 rows can be read"))
    }
  }

  @Test func theSamplesAreGuessedWithoutADoubt() async throws {
    let folder = try TemporaryDirectory()
    let drop = samples.appending(path: "drop")
    let names = try FileManager.default.contentsOfDirectory(atPath: drop.path).filter {
      $0.hasSuffix(".csv")
    }.sorted()
    let paths = names.prefix(3).map { drop.appending(path: $0).path }
    let result = try await guess(folder, paths[0], paths[1], paths[2])
    #expect(result.status == Exit.done, "\(result.standardError)")
    #expect(!result.standardError.contains("doubt: parcel"), "\(result.standardError)")
    #expect(result.standardOutput.contains("parcel: CPPclCode"))
  }

  @Test func aFileThatIsNotThereOrNoTrackingFileIsASentence() async throws {
    let folder = try TemporaryDirectory()
    try folder.write("empty.csv", "")
    try folder.write("zip.csv", Array("PK\u{3}\u{4}xxxx".utf8))
    let missing = try await guess(folder, "none.csv")
    #expect(missing.status == Exit.notFound)
    #expect(missing.standardError.contains("none.csv"))
    let empty = try await guess(folder, "empty.csv")
    #expect(empty.status == Exit.incomplete)
    #expect(empty.standardError == "colisd: empty.csv: has no lines; give a file with some rows\n")
    #expect(empty.standardOutput == "")
    let archive = try await guess(folder, "zip.csv")
    #expect(archive.status == Exit.incomplete)
    #expect(archive.standardError.contains("zip.csv: can't be unpacked: not complete yet"))
    let nothing = try await guess(folder)
    #expect(nothing.status == Exit.usage)
  }
}
