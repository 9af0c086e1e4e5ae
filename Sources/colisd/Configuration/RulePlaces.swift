import Foundation

/// Where the rules of a status map stand.
struct RulePlaces: Sendable {
  /// Nil: the built-in map.
  var file: String?
  /// The rules that stand in the file, by `MappedMeaning.rule`.
  var places: [String: ConfigurationProblem.Place] = [:]

  /// `status-map.yaml:12:3`, or `built-in` where the rule is one of the map that is extended.
  func place(of rule: String) -> String {
    guard let file, let place = places[rule] else { return "built-in" }
    return "\(file):\(place.line):\(place.column)"
  }

  /// With a path that says the same in every folder.
  var absolute: RulePlaces {
    guard let file, !file.hasPrefix("/") else { return self }
    var places = self
    let folder = FileManager.default.currentDirectoryPath
    places.file = "\(folder)/\(file.hasPrefix("./") ? String(file.dropFirst(2)) : file)"
    return places
  }
}
