import ParcelStore

/// What the store keeps about the rules in force, for `colisd status`, which is another process.
enum RulesNotes {
  /// When the rules in force were read: seconds since 1970.
  static let loadedAt = "rules.loaded"
  /// Why the last reading was refused, and when.
  static let error = "rules.error"
  static let refusedAt = "rules.refused"

  /// - Parameter error: why the rules that were in force before stay; nil: new ones are in force. A
  ///   store that can't be written has its own log line at the next poll.
  static func write(to store: any EventStore, error: ConfigurationError?) async {
    let now = String(currentTime())
    if let error {
      let text = error.problems.map(\.description).joined(separator: "; ")
      try? await store.setNotes([Self.error: text, refusedAt: now])
    } else {
      try? await store.setNotes([loadedAt: now, Self.error: nil, refusedAt: nil])
    }
  }
}
