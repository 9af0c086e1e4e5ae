import Crypto
import ParcelStore
import Status

/// Reads a status map file.
package enum StatusMapFile {
  package static func read(_ path: String) throws(ConfigurationError) -> StatusMap {
    try readWithPlaces(path).map
  }

  /// The map, and where its own rules stand.
  static func readWithPlaces(
    _ path: String
  ) throws(ConfigurationError) -> (map: StatusMap, places: RulePlaces) {
    let problems = ProblemList(file: path)
    let file = try YAMLFile(path: path, problems: problems)
    let root = file.root
    let name = root.required("name")
    let version = root.text("version") ?? "1"
    let base = root.choice("extends", [("built-in", StatusMap.builtIn)])
    var codes: [StatusMap.CodeRule] = []
    var codePlaces: [ConfigurationProblem.Place?] = []
    for (key, match) in [("codes", StatusMap.CodeRule.Match.whole), ("code-prefixes", .beginning)] {
      let codeSection = root.section(key)
      for code in codeSection?.keys ?? [] {
        guard let section = codeSection?.section(code) else { continue }
        let (meaning, expectsDate) = meaning(section)
        section.refuseOtherKeys()
        codes.append(
          StatusMap.CodeRule(
            code: code, match: match, meaning: meaning, expectsDate: expectsDate))
        codePlaces.append(codeSection?.place(of: code))
      }
    }
    let labelSections = root.sections("labels") ?? []
    let labels = labelSections.compactMap { label($0) }
    root.refuseOtherKeys()
    try problems.throwIfAny()
    // The rules decide, not only the version that their author remembered to raise.
    let digest = SHA256.hash(data: file.bytes)
    let suffix = hexadecimal(digest.prefix(4))
    do throws(StatusMapError) {
      let map = try StatusMap(
        name: name, version: "\(version)-\(suffix)", codes: codes, labels: labels,
        extending: base)
      var places = RulePlaces(file: path)
      // As the map names its rules.
      let source = "\(name) \(version)-\(suffix)"
      for (rule, place) in zip(codes, codePlaces) { places.places["\(source): \(rule)"] = place }
      for (rule, section) in zip(labels, labelSections) {
        places.places["\(source): \(rule)"] = section.place
      }
      return (map, places)
    } catch {
      let place: ConfigurationProblem.Place? =
        switch error.place {
        case .map: root.place
        case .code(let index): codePlaces[index]
        case .label(let index): labelSections[index].place
        }
      throw ConfigurationError([
        ConfigurationProblem(file: path, place: place, sentence: error.description)
      ])
    }
  }

  private static func label(_ section: YAMLSection) -> StatusMap.LabelRule? {
    let prefix = section.text("starts-with")
    let part = section.text("contains")
    let (meaning, expectsDate) = meaning(section)
    section.refuseOtherKeys()
    guard (prefix == nil) != (part == nil) else {
      section.problems.add(
        "\(section.name) needs either starts-with or contains", at: section.place)
      return nil
    }
    return StatusMap.LabelRule(
      text: prefix ?? part ?? "", match: prefix == nil ? .contains : .prefix, meaning: meaning,
      expectsDate: expectsDate)
  }

  private static func meaning(_ section: YAMLSection) -> (Meaning, expectsDate: Bool) {
    if !section.has("status") { section.missing("status") }
    let status = section.choice(
      "status", ParcelStatus.allCases.filter { $0 != .unmapped }.map { ($0.name, $0) })
    let reason = section.choice("reason", StatusReason.allCases.map { ($0.name, $0) })
    let mode = section.choice("mode", DeliveryMode.allCases.map { ($0.name, $0) })
    let detail = section.choice(
      "detail",
      [Meaning.Detail.arrivedAtDepot, Meaning.Detail.toPickupPoint].map { ($0, $0) })
    let meaning = Meaning(status: status ?? .unmapped, reason: reason, mode: mode, detail: detail)
    return (meaning, section.flag("expected-date") ?? false)
  }
}
