import Views

/// Collects faults while a file is read, so that the user sees all of them at once.
final class ProblemList {
  private(set) var problems: [ConfigurationProblem] = []
  let file: String
  /// The paths of keys whose values were refused, also under a misspelt name. That such a key is missing
  /// is not a second mistake.
  private(set) var refused: Set<String> = []
  /// By the path of a key that is missing, where that is noted.
  private var missing: [String: ConfigurationProblem] = [:]

  /// More than these would not help.
  private static let most = 100
  var isFull: Bool { problems.count >= Self.most }

  init(file: String) { self.file = file }

  func add(_ sentence: String, at place: ConfigurationProblem.Place?) {
    guard !isFull else { return }
    problems.append(ConfigurationProblem(file: file, place: place, sentence: sentence))
  }

  /// Notes that the value of a key is refused.
  func add(_ sentence: String, of key: String, at place: ConfigurationProblem.Place?) {
    refused.insert(key)
    add(sentence, at: place)
  }

  /// Notes the same for a mistake that was reported under another key.
  func isRefusedAlready(_ key: String) { refused.insert(key) }

  func addMissing(_ key: String, at place: ConfigurationProblem.Place?) {
    add("the field \(key) is missing", at: place)
    missing[key] = problems.last
  }

  /// Notes that a key is there under a misspelt name: that it is missing is the same mistake.
  func isMisspelt(_ key: String) {
    refused.insert(key)
    guard let told = missing.removeValue(forKey: key) else { return }
    problems.removeAll { $0 == told }
  }

  /// Whether something is wrong with a key, or with one above or below it.
  func isRefused(_ key: String) -> Bool {
    missing[key] != nil
      || refused.contains { $0 == key || $0.hasPrefix(key + ".") || key.hasPrefix($0 + ".") }
  }

  func throwIfAny() throws(ConfigurationError) {
    if !problems.isEmpty { throw ConfigurationError(problems) }
  }
}
