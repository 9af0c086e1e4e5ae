import CLastWord

/// What the process says when a crash ends it, by one of the signals that come then: where memory runs
/// out in the middle, Swift's runtime ends it so, or libdispatch waits for ever.
enum LastWord {
  /// After `PrivateMemory.seal`, which gives these signals their usual meaning.
  static func prepare() { colisd_install_last_word(ExitStatus.localIO.rawValue) }

  /// Gives it the form of the log.
  static func setForm(_ format: LogLine.Format) {
    switch format {
    case .text: colisd_set_last_word_form(COLISD_TEXT)
    case .journald: colisd_set_last_word_form(COLISD_JOURNALD)
    case .json: colisd_set_last_word_form(COLISD_JSON)
    }
  }
}
