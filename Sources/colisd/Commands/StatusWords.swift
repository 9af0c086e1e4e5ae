import ArgumentParser
import Status
import Views

/// Statuses as somebody types them: `delivered,returned`.
enum StatusWords {
  /// - Throws: for a word that is no status, with the nearest one that is.
  static func read(_ texts: [String]) throws -> Set<ParcelStatus>? {
    guard !texts.isEmpty else { return nil }
    var statuses: Set<ParcelStatus> = []
    let names = ParcelStatus.allCases.map(\.name)
    for word in texts.flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false) }) {
      let name = word.filter { !$0.isWhitespace }.lowercased().replacing("-", with: "_")
      guard let status = ParcelStatus(name: name) else {
        let hint = name.nearest(among: names).map { "did you mean \($0)?" }
        throw ValidationError(
          "--status: \"\(singleLine(String(word)))\" is no status; "
            + (hint.map { "\($0) There are " } ?? "there are ") + names.joined(separator: ", "))
      }
      statuses.insert(status)
    }
    return statuses
  }

  /// Statuses in the order of a parcel's life.
  static func names(_ statuses: Set<ParcelStatus>) -> String {
    ParcelStatus.allCases.filter(statuses.contains).map(\.name).joined(separator: ", ")
  }
}
