import Foundation
import FuzzTargets
import TestSupport
import Testing

/// Inputs that the fuzzer has made, and those by which it found something, do no harm any more.
@Suite struct ReplayTests {
  private static let folder = URL(filePath: #filePath).appending(path: "../..").standardized

  /// The files of one target, by name.
  private static func inputs(_ kind: String, _ target: String) -> [URL] {
    let folder = folder.appending(path: "\(kind)/\(target)")
    let files = try? FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    return (files ?? []).filter { !$0.lastPathComponent.hasPrefix(".") }
      .sorted { $0.lastPathComponent < $1.lastPathComponent }
  }

  @Test(arguments: FuzzTarget.all.map(\.name))
  func everyTargetKeepsItsPromisesOnItsCorpus(name: String) async throws {
    let inputs = Self.inputs("corpus", name)
    try #require(inputs.count >= 3, "there is no corpus of \(name)")
    try await run(name, inputs)
  }

  @Test(arguments: FuzzTarget.all.map(\.name))
  func whatWasFoundOnceIsNotFoundAgain(name: String) async throws {
    try await run(name, Self.inputs("cases", name))
  }

  /// A case of size has to be done with at once too.
  private static let longest = Duration.seconds(5)

  private func run(_ name: String, _ inputs: [URL]) async throws {
    let target = try #require(FuzzTarget.named(name))
    for input in inputs {
      // Tests with deadlines run beside this one.
      await Task.yield()
      let bytes = try Array(Data(contentsOf: input))
      let time = threadTime {
        do throws(BrokenPromise) {
          try target.run(bytes)
        } catch {
          Issue.record("\(input.lastPathComponent): \(error)")
        }
      }
      #expect(time < Self.longest, "\(input.lastPathComponent) takes \(time)")
    }
  }

  @Test(arguments: ["corpus", "cases"])
  func aFolderOfInputsBelongsToATarget(kind: String) throws {
    let names = try FileManager.default.contentsOfDirectory(
      atPath: Self.folder.appending(path: kind).path)
    for name in names where !name.hasPrefix(".") {
      #expect(FuzzTarget.named(name) != nil, "\(kind)/\(name)")
    }
  }
}
