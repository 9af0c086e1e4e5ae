// Where the store is.
extension ConfigurationReader {
  /// - Parameter workers: how several processes share the work.
  func store(
    _ section: YAMLSection?, workers: YAMLSection?
  ) -> Configuration.StoreLocation {
    defer {
      section?.refuseOtherKeys()
      workers?.refuseOtherKeys()
    }
    let lease = lease(workers)
    let url = section?.word("url") ?? "sqlite:/var/lib/colisd/colisd.db"
    if let section, PostgreSQLURL.isMeant(by: url) {
      return postgreSQL(section, lease).map { .postgresql($0) } ?? .sqlite(path: "")
    }
    let prefix = "sqlite:"
    guard url.hasPrefix(prefix), url.count > prefix.count else {
      // A URL may have a password, so the sentence has the scheme alone.
      let shown = url.firstIndex(of: ":").map { "\(url[...$0])…" } ?? url
      section?.fail("url", "must be sqlite:PATH or postgresql://HOST/DATABASE, not \"\(shown)\"")
      // They belong to the store that was meant.
      for key in ["password", "read-url"] { _ = section?.has(key) }
      return .sqlite(path: "")
    }
    if workers?.has("lease") == true {
      workers?.fail(
        "lease",
        "is for a store on PostgreSQL alone, as one process polls otherwise: leave it out, or set store.url"
      )
    }
    for key in ["password", "read-url"] where section?.has(key) == true {
      section?.fail(key, "is for a store on PostgreSQL alone: leave it out, or set store.url")
    }
    var path = String(url.dropFirst(prefix.count))
    if path.hasPrefix("//") { path = String(path.dropFirst(2)) }
    if path.isEmpty || path.hasSuffix("/") {
      section?.fail(
        "url", "must name the file of the store, such as sqlite:/var/lib/colisd/colisd.db")
    }
    return .sqlite(path: path.path(relativeTo: folder))
  }

  /// How long a worker is taken to be alive after it said so last; nil: as usual.
  private func lease(_ section: YAMLSection?) -> Duration? {
    guard let section, let lease = section.duration("lease") else { return nil }
    guard (.seconds(3)...(.seconds(600))).contains(lease) else {
      section.fail("lease", "must be between 3s and 10m")
      return nil
    }
    return lease
  }

  private func postgreSQL(
    _ section: YAMLSection, _ lease: Duration?
  ) -> Configuration.PostgreSQLStore? {
    let url = postgreSQLURL(section, "url")
    let password = section.secret("password", relativeTo: folder)
    let readURL = section.has("read-url") ? postgreSQLURL(section, "read-url") : nil
    return url.map {
      Configuration.PostgreSQLStore(
        url: $0, password: password, readURL: readURL, lease: lease)
    }
  }

  private func postgreSQLURL(_ section: YAMLSection, _ key: String) -> PostgreSQLURL? {
    guard let text = section.word(key) else { return nil }
    do throws(PostgreSQLURL.Fault) {
      return try PostgreSQLURL(text)
    } catch {
      // The URL may have a password, so the sentence does not repeat it.
      switch error {
      case .form:
        section.fail(
          key,
          "must be a URL such as postgresql://colisd@db.example.net/colisd, without blanks")
      case .unreadable(let words): section.fail(key, "can't be read: \(words)")
      case .password:
        section.fail(
          key,
          "has a password, and URLs are shown in logs: take it out, and write store.password: { file: … }"
        )
      }
      return nil
    }
  }
}
