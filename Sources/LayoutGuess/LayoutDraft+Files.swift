/// What several files have in common, and in what they differ.
extension LayoutDraft {
  mutating func takeOtherLines(_ base: FileGuess, _ files: [FileGuess]) {
    let found = files.map(\.others)
    for (file, other) in zip(files, found) {
      for beginning in other.skip where !skip.contains(where: { beginning.hasPrefix($0) }) {
        skip.append(beginning)
      }
      let name = files.count > 1 ? file.sample.path + ": " : ""
      doubts += other.doubts.map { name + $0 }
      if other.unexplained > 0 {
        let lines =
          other.unexplained == 1 ? "1 line is no row" : "\(other.unexplained) lines are no rows"
        doubts.append("\(name)\(lines), and it is not clear why")
      }
    }
    let markers = Set(found.compactMap(\.trailer))
    guard let marker = markers.min() else { return }
    let isInAll = zip(files, found).allSatisfy { $1.trailer != nil || !$0.sample.isWhole }
    if markers.count == 1, isInAll {
      // What skips the closing line as well leaves nothing to find.
      if !skip.contains(where: { marker.hasPrefix($0) }) { trailer = marker }
      return
    }
    for marker in markers.sorted() where !skip.contains(where: { marker.hasPrefix($0) }) {
      skip.append(marker)
    }
    doubts.append(
      "trailer: not all files end with the line \(marker), so it is skipped; with a trailer, a file without "
        + "it would never be complete")
  }

  mutating func reconcile(_ base: FileGuess, _ files: [FileGuess]) {
    for file in files where file.sample.path != base.sample.path {
      let path = file.sample.path
      if file.text.encoding != base.text.encoding {
        let words = Set([file.text.encoding, base.text.encoding].map(\.layoutWord))
        if words.count > 1 {
          doubts.append(
            "\(path): its encoding is \(file.text.encoding.rawValue), not \(base.text.encoding.rawValue)"
          )
        }
      }
      guard !file.isBuiltLike(base) else { continue }
      switch (file.form, base.form) {
      case (.table(let one), .table(let two)):
        if one.split.separator != two.split.separator {
          doubts.append(
            "\(path): its separator is \(FileGuess.name(one.split.separator)), not "
              + FileGuess.name(two.split.separator))
        } else if (one.header == nil) != (two.header == nil) {
          doubts.append(
            "\(path): it has \(one.header == nil ? "no" : "a") header, unlike \(base.sample.path)")
        } else if one.header == nil {
          doubts.append("\(path): it has \(one.width) columns, not \(two.width)")
        } else {
          noteNames(path, one.header ?? [], two.header ?? [])
        }
      case (.fixedWidth, .fixedWidth):
        if file.assignment.choices.keys != base.assignment.choices.keys {
          doubts.append(
            "\(path): its columns are not at the same places as those of \(base.sample.path)")
        }
      default:
        doubts.append("\(path): it is of another format than \(base.sample.path)")
      }
    }
  }

  /// Names may come in any order, but those that are used must be there.
  private mutating func noteNames(_ path: String, _ names: [String], _ others: [String]) {
    let known = Set(names.map { $0.lowercased() })
    var missing: [String] = []
    for column in columns {
      guard case .columns(let places) = column.origin else { continue }
      for case .name(let name) in places where !known.contains(name.lowercased()) {
        missing.append(name)
      }
    }
    if !missing.isEmpty {
      doubts.append(
        "\(path): its header lacks \(missing.map { "\"\($0)\"" }.joined(separator: ", "))")
    }
  }
}
