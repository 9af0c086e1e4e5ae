import SSH
import Webhooks

extension Configuration {
  /// The endpoints of webhooks, with their secrets and templates.
  /// - Throws: everything that is wrong with any of them.
  func endpoints() throws(ConfigurationError) -> [Endpoint] {
    var endpoints: [Endpoint] = []
    var problems: [ConfigurationProblem] = []
    for webhook in webhooks {
      do throws(ConfigurationError) {
        endpoints.append(try webhook.endpoint())
      } catch {
        problems += error.problems
      }
    }
    guard problems.isEmpty else { throw ConfigurationError(problems) }
    return endpoints
  }
}

extension Configuration.Webhook {
  /// Reads its secrets and its template.
  /// - Throws: everything that is wrong with them.
  func endpoint() throws(ConfigurationError) -> Endpoint {
    let reading = EndpointReading(self, secrets: secrets)
    guard reading.problems.isEmpty else { throw ConfigurationError(reading.problems) }
    var endpoint = Endpoint(name: name, url: url, secrets: reading.secrets)
    endpoint.format = reading.format
    endpoint.statuses = statuses
    endpoint.onlyChanges = onlyChanges
    endpoint.contracts = contracts
    endpoint.concurrency = concurrency
    endpoint.timeout = timeout
    endpoint.maxAge = maxAge
    endpoint.rate = rate
    endpoint.personalData = personalData
    endpoint.allowedNetworks = allowedNetworks
    return endpoint
  }

  /// What is wrong with its secrets and its template. A credential that only a unit has is not looked at.
  func problems() -> [ConfigurationProblem] {
    EndpointReading(self, secrets: secrets.filter { $0.unseenSentence == nil }).problems
  }
}

/// What the files say that the configuration of an endpoint names.
private struct EndpointReading {
  var secrets: [WebhookSecret] = []
  var format = Endpoint.Format.event
  /// Where there are some, the rest lacks what is wrong.
  var problems: [ConfigurationProblem] = []

  init(_ webhook: Configuration.Webhook, secrets references: [SecretReference]) {
    for reference in references {
      do throws(ConfigurationError) {
        secrets.append(try reference.webhookSecret())
      } catch {
        problems += error.problems
      }
    }
    switch webhook.format {
    case .event: format = .event
    case .sendcloud: format = .sendcloud
    case .template(let path):
      do throws(ConfigurationError) {
        format = .template(try BodyTemplate(path: path, of: webhook))
      } catch {
        problems += error.problems
      }
    }
  }
}

extension SecretReference {
  fileprivate func webhookSecret() throws(ConfigurationError) -> WebhookSecret {
    let text = try resolve()
    do throws(WebhookSecretFault) {
      return try WebhookSecret(text)
    } catch {
      throw problem("\(error)")
    }
  }
}

extension BodyTemplate {
  private static let largest = 65_536

  fileprivate init(
    path: String, of webhook: Configuration.Webhook
  ) throws(ConfigurationError) {
    func unusable(_ sentence: String) -> ConfigurationError {
      ConfigurationError([ConfigurationProblem(file: path, place: nil, sentence: sentence)])
    }
    var bytes: [UInt8]
    do throws(SmallFile.ReadError) {
      bytes = try SmallFile.read(path, limit: Self.largest)
    } catch {
      throw unusable("\(error); \(webhook.key).format.template names it")
    }
    // Some editors begin a file with a byte order mark.
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { bytes.removeFirst(3) }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw unusable("is not UTF-8: save it as such")
    }
    do throws(TemplateFault) {
      try self.init(text, file: path)
    } catch {
      throw ConfigurationError(
        error.problems.map { problem in
          ConfigurationProblem(
            file: path,
            place: problem.place.map { .init(line: $0.line, column: $0.column) },
            sentence: problem.sentence)
        })
    }
  }
}
