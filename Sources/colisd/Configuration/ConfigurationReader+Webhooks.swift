import Carrier
import HTTPClient
import Status

// Whom the daemon tells of what happens to parcels.
extension ConfigurationReader {
  func webhooks(_ root: YAMLSection) -> [Configuration.Webhook] {
    guard root.has("webhooks") else { return [] }
    let sections = root.sections("webhooks") ?? []
    if sections.isEmpty, !root.isRefused("webhooks") {
      root.fail("webhooks", "is empty: name an endpoint, or leave webhooks out")
    }
    let webhooks = sections.map(webhook)
    refuseEqualNames(webhooks.map(\.name), sections, of: "endpoint")
    return webhooks
  }

  private func webhook(_ section: YAMLSection) -> Configuration.Webhook {
    let text = section.requiredWord("url")
    let url = url(text, section)
    var webhook = Configuration.Webhook(
      key: section.name, name: endpointName(section), url: text,
      server: url?.server ?? "", secrets: secrets(section), format: format(section),
      statuses: statuses(section), onlyChanges: section.flag("only-changes") ?? false,
      contracts: contracts(section), rate: rate(section) ?? 100,
      personalData: section.flag("personal-data") ?? true, allowedNetworks: networks(section))
    if let concurrency = section.integer("concurrency", 1...64) {
      webhook.concurrency = concurrency
    }
    if let timeout = section.duration("timeout") {
      webhook.timeout = timeout
      if !(.seconds(1)...(.seconds(300))).contains(timeout) {
        section.fail("timeout", "must be between 1s and 5m")
      }
    }
    if let maxAge = section.duration("max-age") {
      webhook.maxAge = maxAge
      if maxAge == .zero {
        section.fail("max-age", "would leave everything out: write a time such as 30d")
      }
    }
    section.refuseOtherKeys()
    // Last, when it is known which keys were misspelt.
    if let url, !section.isRefused("allow-networks") {
      refuse(url, of: section, webhook.allowedNetworks)
    }
    return webhook
  }

  /// It stands in commands, and nobody should take it for an option or a path there.
  private func endpointName(_ section: YAMLSection) -> String {
    let name = section.requiredWord("name")
    guard let first = name.utf8.first else { return name }
    let isGood = name.utf8.allSatisfy { Self.isLetterOrDigit($0) || "-_.".utf8.contains($0) }
    if !isGood || !Self.isLetterOrDigit(first) || name.utf8.count > 64 {
      section.fail(
        "name",
        "must begin with a letter or a digit, and have letters, digits, -, _ and . alone, at most 64 of them, not \"\(name)\""
      )
    }
    return name
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"):
      true
    default: false
    }
  }

  // MARK: Where it is sent

  /// - Returns: nil where it is refused. No sentence repeats it, for its path may be a secret.
  private func url(_ text: String, _ section: YAMLSection) -> OutgoingURL? {
    guard !text.isEmpty else { return nil }
    guard let url = OutgoingURL(text) else {
      section.fail(
        "url",
        OutgoingURL.adviceOnLetters(of: text)
          ?? "must be an https:// URL with a host, such as https://shop.example.net/hooks/colis, without blanks"
      )
      return nil
    }
    guard !url.hasLogin else {
      section.fail(
        "url",
        "has a user or a password in it: take them out, for an endpoint knows our requests by their signatures"
      )
      return nil
    }
    guard url.hasGoodPort else {
      section.fail("url", "has a port that nothing can have: write one from 1 to 65535, or none")
      return nil
    }
    return url
  }

  /// Refuses a URL to which nothing could ever be sent.
  private func refuse(
    _ url: OutgoingURL, of section: YAMLSection, _ networks: [AddressNetwork]
  ) {
    if url.isPlain, networks.isEmpty {
      section.fail(
        "url",
        "begins with http://, by which anybody on the way could read recipients' data: write https://, or write the endpoint's network into \(section.name).allow-networks if it is one of your own"
      )
      return
    }
    let rule = AddressRule(allowed: networks, isOnlyAllowed: url.isPlain)
    guard let address = NetworkAddress(url.host), let reason = rule.refusal(of: address) else {
      return
    }
    section.fail(
      "url",
      "has an address that \(reason): if it is meant, write its network into \(section.name).allow-networks"
    )
  }

  private func networks(_ section: YAMLSection) -> [AddressNetwork] {
    var networks: [AddressNetwork] = []
    for value in section.texts("allow-networks") ?? [] {
      do throws(AddressNetwork.Fault) {
        networks.append(try AddressNetwork(value.text))
      } catch {
        section.fail("allow-networks", at: value.place, "has what is none: \(error)")
      }
    }
    return networks
  }

  private func secrets(_ section: YAMLSection) -> [SecretReference] {
    if !section.has("secret") { section.missing("secret") }
    return section.secrets("secret", atMost: 2, relativeTo: folder)
  }

  private func rate(_ section: YAMLSection) -> Int? {
    guard let text = section.text("rate") else { return nil }
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard text.dropFirst(digits.count) == "/s", let rate = Int(digits),
      (1...100_000).contains(rate)
    else {
      section.fail(
        "rate", "must be requests a second, from 1/s to 100000/s, such as 100/s, not \"\(text)\"")
      return nil
    }
    return rate
  }

  // MARK: What is sent

  private func format(_ section: YAMLSection) -> Configuration.Webhook.Format {
    guard section.has("format") else { return .event }
    if let template = section.sectionOrNothing("format") {
      let file = template.requiredWord("template")
      template.refuseOtherKeys()
      return file.isEmpty ? .event : .template(file.path(relativeTo: folder))
    }
    switch section.text("format") {
    case "event", nil: return .event
    case "sendcloud": return .sendcloud
    case let other?:
      section.fail(
        "format", "must be event, sendcloud or { template: file.mustache }, not \"\(other)\"")
      return .event
    }
  }

  private func statuses(_ section: YAMLSection) -> Set<ParcelStatus>? {
    guard let values = chosen(section, "status", "a status") else { return nil }
    let names = ParcelStatus.allCases.map(\.name)
    var statuses: Set<ParcelStatus> = []
    for value in values {
      guard let status = ParcelStatus(name: value.text) else {
        let hint = value.text.nearest(among: names).map { "did you mean \($0)?" }
        section.fail(
          "status", at: value.place,
          "has \"\(value.text)\", which is no status; "
            + (hint ?? "there are \(names.joined(separator: ", "))"))
        continue
      }
      statuses.insert(status)
    }
    return statuses
  }

  private func contracts(_ section: YAMLSection) -> Set<String>? {
    guard let values = chosen(section, "contract", "the ID of a contract") else { return nil }
    for value in values where value.text.allSatisfy(\.isWhitespace) {
      section.fail("contract", at: value.place, "has an empty ID, which no contract has: remove it")
    }
    return Set(values.map(\.text))
  }

  /// What an endpoint wants of something; nil: all.
  private func chosen(
    _ section: YAMLSection, _ key: String, _ what: String
  ) -> [YAMLSection.Value]? {
    guard let values = section.texts(key) else { return nil }
    if values.isEmpty, !section.isRefused(key) {
      section.fail(
        key, "is empty, so no event would ever be sent: name \(what), or leave the key out")
    }
    return values
  }
}
