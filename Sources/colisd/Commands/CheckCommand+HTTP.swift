import Operators

extension CheckCommand {
  /// Where the daemon answers, and the token that it needs for it.
  func lookAtServer(_ configuration: Configuration, _ report: inout CheckFindings) {
    guard let http = configuration.http else { return }
    if let sentence = http.token?.unseenSentence {
      report.add("http", sentence)
      return
    }
    do throws(ConfigurationError) {
      let listeners = try http.rules().listeners.map(\.description)
      report.add("http", listeners.joined(separator: ", "))
    } catch {
      report.fail("http", error)
    }
  }
}
