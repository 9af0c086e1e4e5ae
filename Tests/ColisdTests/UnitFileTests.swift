import Foundation
import TestSupport
import Testing

/// The systemd units, as systemd itself judges them; nothing is started.
@Suite struct UnitFileTests {
  /// The units with the built program in place of the installed one.
  private func units() throws -> (folder: TemporaryDirectory, paths: [String]) {
    let folder = try TemporaryDirectory()
    let names = ["colisd.service", "colisd-drain.service", "colisd-drain.timer"]
    for name in names {
      let source = samples.appending(path: "../systemd/\(name)").standardized
      let text = try String(contentsOf: source, encoding: .utf8)
        .replacing("/usr/bin/colisd", with: Program.path())
        // The man page is installed with the program.
        .split(separator: "\n").filter { !$0.hasPrefix("Documentation=") }.joined(separator: "\n")
      try text.write(
        toFile: "\(folder.path)/\(name)", atomically: false, encoding: .utf8)
    }
    return (folder, names.map { "\(folder.path)/\($0)" })
  }

  @Test func systemdFindsNothingToSayAboutTheUnits() async throws {
    let (folder, paths) = try units()
    let result = try await run(
      "/usr/bin/systemd-analyze", arguments: ["verify", "--recursive-errors=no"] + paths)
    withExtendedLifetime(folder) {
      #expect(result.status == 0)
      // It exits with 0 on unknown keys, so its words count.
      #expect(result.standardOutput + result.standardError == "")
    }
  }

  @Test(arguments: ["colisd.service", "colisd-drain.service"])
  func theExposureOfAServiceIsAtMostOnePointTwo(name: String) async throws {
    let (folder, paths) = try units()
    let path = try #require(paths.first { $0.hasSuffix("/\(name)") })
    let result = try await run(
      "/usr/bin/systemd-analyze", arguments: ["security", "--offline=true", "--threshold=12", path])
    withExtendedLifetime(folder) {
      #expect(result.status == 0, "\(result.standardOutput.suffix(300))")
    }
  }

  private func lines(_ name: String) throws -> [String] {
    let path = samples.appending(path: "../systemd/\(name)").standardized
    return try String(contentsOf: path, encoding: .utf8).split(separator: "\n").map(String.init)
  }

  @Test func bothServicesRunAsTheUserThatSysusersMakes() throws {
    let users = try lines("colisd.sysusers").filter { $0.hasPrefix("u ") }
    #expect(users.count == 1 && users.first?.hasPrefix("u colisd ") == true, "\(users)")
    for name in ["colisd.service", "colisd-drain.service"] {
      let unit = try lines(name)
      #expect(unit.contains("User=colisd") && unit.contains("Group=colisd"), "\(name)")
      #expect(!unit.contains("DynamicUser=yes"), "\(name)")
    }
    // The end of a drain would take the daemon's socket away with the folder.
    #expect(try !lines("colisd-drain.service").contains { $0.hasPrefix("RuntimeDirectory") })
  }

  @Test func bothServicesAreConfinedAlike() throws {
    let lists = try ["colisd.service", "colisd-drain.service"].map { name in
      try lines(name).filter { !$0.hasPrefix("#") }.drop { $0 != "UMask=0077" }
        .prefix { $0 != "[Install]" }
    }
    #expect(lists[0].count > 20)
    #expect(Array(lists[0]) == Array(lists[1]))
  }
}
