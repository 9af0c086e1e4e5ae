import ArgumentParser
import Contract
import Ingest
import ParcelStore
import SFTP
import SSH
import Status
import TrackingFile

/// `colisd check`: everything that can be known before anything is read.
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract:
      "Check configuration, contracts, layout and status map; with --connect the server too.")

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var output: OutputOptions

  @Flag(name: .long, help: "Also connect, log in and list the directory.")
  var connect = false

  @Flag(
    name: .long,
    help:
      "Also look at the feeds: 65 when one that was live fell silent or must be configured again.")
  var feeds = false

  /// One thing that was checked.
  private struct Finding {
    var what: String
    var isGood: Bool
    var text: String
  }

  func run() async throws {
    var findings: [Finding] = []
    var status = ExitStatus.done
    // Faults that stop nothing but a contract's own rows, or nothing at all; a broken feed is worth more.
    var isHarmless = true
    func note(_ what: String, _ text: String) {
      findings.append(Finding(what: what, isGood: true, text: text))
    }
    func fail(_ what: String, _ error: any Error) {
      let texts = (error as? ConfigurationError)?.problems.map(\.description) ?? ["\(error)"]
      findings += texts.map { Finding(what: what, isGood: false, text: $0) }
      if status == .done { status = ExitStatus(error) }
      if what != "contracts" { isHarmless = false }
    }

    do {
      let configuration = try options.read()
      note("configuration", configuration.path)
      for warning in configuration.warnings { note("configuration", "note: \(warning)") }
      if let warning = configuration.storeFolderWarning { note("store", "note: \(warning)") }
      do {
        let loaded = try RulesLoader(configuration: configuration).load()
        let rules = loaded.rules
        note("layout", "\(rules.layout.name) version \(rules.layout.version)")
        note("status map", "\(rules.statusMap.name) version \(rules.statusMap.version)")
        note(
          "contracts", "\(rules.contracts.contracts.count) in \(configuration.contractsDirectory)")
        for secret in loaded.secrets {
          do throws(ConfigurationError) {
            _ = try secret.resolve()
          } catch {
            fail("contracts", error)
          }
        }
        if !loaded.incomplete.isEmpty { fail("contracts", ConfigurationError(loaded.incomplete)) }
      } catch {
        fail("rules", error)
      }
      // What can't be read is told where it is asked for.
      if let counts = try? await configuration.storeIfThere()?.counts(),
        let sentence = counts.postActionSentence
      {
        findings.append(Finding(what: "post-action", isGood: false, text: sentence))
        if status == .done { status = .incomplete }
        isHarmless = false
      }
      if feeds {
        let found = try await Self.feeds(configuration)
        findings += found
        if found.contains(where: { !$0.isGood }), status == .done || isHarmless {
          status = .incomplete
        }
      }
      do {
        let source = try DropSource(configuration)
        note("source", "\(source.endpoint), secrets are readable")
        if connect { note("server", try await probe(source)) }
      } catch let error as Stopped {
        throw error
      } catch {
        fail("source", error)
      }
    } catch let error as Stopped {
      throw error
    } catch {
      fail("configuration", error)
    }

    output.print(
      .object([
        ("ok", .bool(status == .done)),
        (
          "findings",
          .array(
            findings.map {
              .object([
                ("what", .string($0.what)), ("ok", .bool($0.isGood)), ("text", .string($0.text)),
              ])
            })
        ),
      ])
    ) {
      findings.map { finding in
        finding.isGood
          ? "ok     \(finding.what): \(singleLine(finding.text))\n"
          : "error  \(finding.what == "feed" ? "feed: " : "")\(singleLine(finding.text))\n"
      }.joined()
    }
    if status != .done { throw status }
  }

  /// How the feeds stand, and which held accounts may be misspelt ones of a contract.
  private static func feeds(_ configuration: Configuration) async throws -> [Finding] {
    let store = try configuration.storeIfThere()
    let view = try await ContractsView.lenient(configuration, store).view
    var found = view.lines.map { line in
      Finding(
        what: "feed", isGood: !line.isBroken,
        text: "\(line.contract) \(line.service.rawValue) is \(line.state.rawValue)"
          + (line.nextStep.map { ": \($0)" } ?? ""))
    }
    let near = NearMatchIndex(view.contracts)
    for held in try await store?.heldAccounts() ?? [] where held.reason == .unknownAccount {
      guard let match = near.matches(of: held.account).first else { continue }
      found.append(
        Finding(what: "note", isGood: true, text: match.sentence(for: held.account)))
    }
    return found
  }

  /// Connects, logs in and lists.
  private func probe(_ source: DropSource) async throws -> String {
    try await withStopSignals {
      try await source.withClient { client in
        let listing = try await client.list(source.directory)
        let files = listing.entries.filter { source.filter.admits($0.name.bytes) }.count
        return "host key and login are good; \(source.directory) has \(listing.entries.count) "
          + "entries, \(files) of them look like tracking files"
      }
    }
  }
}
