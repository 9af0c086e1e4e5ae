import Foundation
import TestSupport
import Testing

/// What is installed, and under which terms.
@Suite struct InstallTests {
  /// The targets of a document's relative links.
  private func links(_ text: String) -> [String] {
    text.replacing(/```(.|\n)*?```/, with: "").matches(of: /\]\(([^)\s]+)\)/).map { String($0.1) }
      .filter { !$0.contains(":") }
  }

  /// The anchors of its headings, as they are made of their words.
  private func anchors(_ text: String) -> Set<String> {
    Set(
      text.split(separator: "\n").filter { $0.hasPrefix("#") }.map { line in
        let words = line.drop { $0 == "#" }.drop { $0 == " " }.lowercased()
          .replacing(/\]\([^)]*\)/, with: "")
        return String(
          words.compactMap { character -> Character? in
            if character == " " { return "-" }
            return character.isLetter || character.isNumber || "-_".contains(character)
              ? character : nil
          })
      })
  }

  @Test func everyLinkOfAnInstalledDocumentLeadsToSomethingInstalled() async throws {
    let tree = try await InstalledTree()
    let folder = "/usr/share/doc/colisd/"
    let documents = try tree.documents()
    for document in ["README.md", "README.fr.md", "docs/operations.md", "docs/configuration.md"] {
      #expect(documents.contains(document))
    }
    for document in documents {
      let text = try tree.text(folder + document)
      for link in links(text) {
        let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let target =
          parts[0].isEmpty
          ? folder + document
          : folder + (document as NSString).deletingLastPathComponent + "/" + parts[0]
        guard FileManager.default.fileExists(atPath: tree.path(target)) else {
          Issue.record("\(document): \(link) leads nowhere")
          continue
        }
        guard parts.count == 2, target.hasSuffix(".md") else { continue }
        let isThere = try anchors(tree.text(target)).contains(String(parts[1]))
        #expect(isThere, "\(document): \(link) has no such heading")
      }
    }
  }

  @Test func whatStandsInTheConfigurationIsKept() async throws {
    let tree = try await InstalledTree {
      try FileManager.default.createDirectory(
        atPath: $0.path + "/etc/colisd", withIntermediateDirectories: true)
      try $0.write("etc/colisd/colisd.yaml", "# mine\n")
    }
    #expect(try tree.text("/etc/colisd/colisd.yaml") == "# mine\n")
    let map = try String(contentsOf: samples.appending(path: "status-map.yaml"), encoding: .utf8)
    #expect(try tree.text("/etc/colisd/status-map.yaml") == map)
  }

  @Test func theLicenceIsTheApacheLicenceAsDebianHasIt() throws {
    let licence = samples.appending(path: "../LICENSE").standardized
    let debians = URL(filePath: "/usr/share/common-licenses/Apache-2.0")
    #expect(try Data(contentsOf: licence) == Data(contentsOf: debians))
    let package = samples.appending(path: "../Package.swift").standardized
    let lines = try String(contentsOf: package, encoding: .utf8).split(separator: "\n")
    // The first one says how to read the file.
    #expect(lines[1] == "// SPDX-License-Identifier: Apache-2.0")
  }

  @Test func theCopyrightFileNamesEveryPackageOfTheProgram() throws {
    let resolved = samples.appending(path: "../Package.resolved").standardized
    let packages = try JSONValue(String(contentsOf: resolved, encoding: .utf8)).pins.elements
      .compactMap(\.identity.string)
    #expect(packages.count > 10)
    let copyright = samples.appending(path: "../debian/copyright").standardized
    let text = try String(contentsOf: copyright, encoding: .utf8).lowercased()
    for package in packages {
      #expect(text.contains("* \(package): "), "\(package)")
    }
  }

  @Test func thePackageHasTheProgramsVersion() async throws {
    let changelog = samples.appending(path: "../debian/changelog").standardized
    let first = try String(contentsOf: changelog, encoding: .utf8).prefix { $0 != "\n" }
    let version = try await run(
      Program.path(), arguments: ["--version"], environment: Program.environment()
    ).standardOutput.split(whereSeparator: \.isWhitespace).last
    #expect(first.hasPrefix("colisd (\(version ?? "")-"), "\(first)")
  }
}
