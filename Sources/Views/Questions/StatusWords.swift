import Carrier
import Status

/// Statuses as somebody types them: `delivered,returned`.
enum StatusWords {
  /// - Throws: for a word that is no status, with the nearest one that is.
  static func read(
    _ texts: [String], _ names: QuestionNames
  ) throws(QuestionFault) -> Set<ParcelStatus>? {
    guard !texts.isEmpty else { return nil }
    var statuses: Set<ParcelStatus> = []
    let all = ParcelStatus.allCases.map(\.name)
    for word in texts.flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false) }) {
      let name = word.filter { !$0.isWhitespace }.lowercased().replacing("-", with: "_")
      guard let status = ParcelStatus(name: name) else {
        let nearest = name.nearest(among: all)
        let hint = nearest.map { "did you mean \($0)?" }
        throw names.fault(
          "status",
          "\"\(singleLine(String(word)))\" is no status; "
            + (hint.map { "\($0) There are " } ?? "there are ") + all.joined(separator: ", "),
          .noStatus(text: String(word), nearest: nearest))
      }
      statuses.insert(status)
    }
    return statuses
  }

  /// Statuses in the order of a parcel's life.
  static func list(_ statuses: Set<ParcelStatus>) -> String {
    ParcelStatus.allCases.filter(statuses.contains).map(\.name).joined(separator: ", ")
  }
}
