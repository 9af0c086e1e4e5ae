import Carrier
import Contract
import Views
import Webhooks

extension CheckCommand {
  /// Looks at each endpoint's secrets and template; a mistake in one does not hide those of others.
  /// - Returns: the endpoints that something can be sent to.
  func lookAtWebhooks(
    _ reading: ConfigurationReading, _ report: inout CheckFindings
  ) -> [Endpoint] {
    let webhooks = reading.configuration.webhooks
    let contracts =
      webhooks.contains { $0.contracts != nil }
      ? try? reading.configuration.readContracts().set : nil
    var endpoints: [Endpoint] = []
    for webhook in webhooks {
      let what = "webhook \(reading.isGood("\(webhook.key).name") ? webhook.name : webhook.key)"
      // What is sent to nobody needs no secret that only the unit has.
      let unseen = sendsTests ? [] : webhook.secrets.compactMap(\.unseenSentence)
      for sentence in unseen { report.add(what, sentence) }
      do throws(ConfigurationError) {
        if unseen.isEmpty {
          endpoints.append(try webhook.endpoint())
          if reading.problems.isEmpty { report.add(what, webhook.goodSentence) }
        } else {
          let problems = webhook.problems()
          if !problems.isEmpty { throw ConfigurationError(problems) }
        }
      } catch {
        report.fail(what, error)
      }
      guard let contracts, !contracts.hasUnreadable,
        reading.isGood("\(webhook.key).contract")
      else { continue }
      for note in webhook.notes(on: contracts) { report.add(what, "note: \(note)") }
    }
    return endpoints
  }

  private var sendsTests: Bool { connect && webhooks }

  /// Sends each endpoint a test message, where that is wanted.
  func tryOut(
    _ endpoints: [Endpoint], of configuration: Configuration, _ report: inout CheckFindings
  ) async throws {
    guard connect, !endpoints.isEmpty else { return }
    guard webhooks else {
      report.add("webhooks", "note: nothing was sent; --webhooks sends each a test message")
      return
    }
    let session = configuration.session()
    for endpoint in endpoints {
      let what = "webhook \(endpoint.name)"
      do {
        report.add(what, try await WebhookTrial.run(endpoint, session))
      } catch let error as UntakenTest {
        report.fail(what, error)
      }
    }
  }
}

extension Configuration.Webhook {
  fileprivate var goodSentence: String {
    let template =
      if case .template(let path) = format { ", \(path) is a good template" } else { "" }
    return "\(server), secrets are readable\(template)"
  }

  /// What looks odd in its choice of contracts: one may come tomorrow.
  fileprivate func notes(on set: ContractSet) -> [String] {
    let known = set.contracts.map(\.id)
    return (contracts ?? []).sorted().filter { set[$0] == nil }.map { id in
      let hint = id.nearest(among: known).map { "; did you mean \($0)?" } ?? ""
      return
        "\(key).contract has \"\(id)\", which is the ID of no contract, so nothing is sent for it\(hint)"
    }
  }
}
