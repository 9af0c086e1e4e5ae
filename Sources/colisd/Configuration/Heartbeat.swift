extension Configuration {
  /// A URL that is asked after a good poll, so that somebody notices when that stops.
  struct Heartbeat: Sendable {
    /// May be a secret: only `server` may be shown.
    var url: String
    /// It is asked at most so often.
    var every: Duration

    /// Scheme, host and port.
    var server: String { OutgoingURL(url)?.server ?? "" }
  }
}

extension ConfigurationReader {
  /// - Returns: nil where there is no such section, or where its URL is refused.
  func heartbeat(_ section: YAMLSection?) -> Configuration.Heartbeat? {
    guard let section else { return nil }
    defer { section.refuseOtherKeys() }
    let url = section.requiredWord("url")
    let every = section.duration("every") ?? .seconds(300)
    if every < .seconds(1) { section.fail("every", "must be at least 1s") }
    guard !url.isEmpty else { return nil }
    guard OutgoingURL(url) != nil else {
      // The URL may be a secret, so the sentence does not repeat it.
      section.fail(
        "url",
        OutgoingURL.adviceOnLetters(of: url)
          ?? "must be an http:// or https:// URL with a host, such as https://hc.example.net/ping/ID, without blanks"
      )
      return nil
    }
    return Configuration.Heartbeat(url: url, every: every)
  }
}
