import Status

extension StatusMapDraft {
  /// The draft as a status map file.
  /// - Parameter origin: what it was made from, in words.
  public func yaml(from origin: String) -> String {
    """
    # A status map, drafted from \(comment(origin)). Each guess comes from the labels, by the built-in map:
    # compare it with your contract's annex. `colisd check` refuses the file as long as a TODO is left.
    #
    # status: announced picked_up in_transit out_for_delivery ready_for_pickup delivered
    #         delivery_failed on_hold returning returned lost damaged cancelled
    # reason, mode and the other keys: docs/status-map.md
    name: own
    version: "1"                     # raise it whenever a rule changes
    extends: built-in

    """ + entriesYAML
  }

  /// Only the entries, for a map that is there.
  public var entriesYAML: String {
    let codes = codes
    let labels = labels
    var text = ""
    if !codes.isEmpty { text += codes.contains(where: \.isRule) ? "\ncodes:\n" : "\n# codes:\n" }
    for entry in codes {
      for (label, count) in entry.labels { text += "  # \(count) × \(comment(label))\n" }
      text += entry.codeLine
    }
    if !labels.isEmpty { text += "\nlabels:\n" }
    var seen: Set<String> = []
    for entry in labels {
      // No text may stand there twice.
      let isNew = seen.insert(entry.steadyText.lowercased()).inserted
      text += "  # \(entry.count) × \(comment(entry.text))\n"
      text +=
        "  - { starts-with: \(yamlScalar(isNew ? entry.steadyText : entry.text)), status: TODO }\n"
    }
    return text
  }

  /// What people have to decide, one sentence each.
  public var doubts: [String] {
    codes.compactMap { entry in
      let rows = "\(entry.text), in \(entry.count) \(entry.count == 1 ? "row" : "rows")"
      return switch entry.guess {
      case .meaning: nil
      case .labelsSayMore:
        "code \(rows): its labels mean different things, so it is left out and the labels decide"
      case .unsure where entry.labels.isEmpty: "code \(rows): it comes without a label"
      case .unsure(let meaning?):
        "code \(rows): not all of its labels are known; those that are mean \(meaning.status.name)"
      case .unsure(nil): "code \(rows): its labels are not known"
      }
    } + labels.map { "label \($0.text), in \($0.count) rows without a code: it is not known" }
  }
}

extension StatusMapDraft.Entry {
  /// Whether the line is a rule, and no comment.
  fileprivate var isRule: Bool { guess != .labelsSayMore }

  fileprivate var codeLine: String {
    let code = yamlScalar(text)
    let rows = "\(count) \(count == 1 ? "row" : "rows")"
    switch guess {
    case .meaning(let meaning, let expectsDate):
      var keys = ["status: \(meaning.status.name)"]
      if let reason = meaning.reason { keys.append("reason: \(reason.name)") }
      if let mode = meaning.mode { keys.append("mode: \(mode.name)") }
      if let detail = meaning.detail { keys.append("detail: \(detail)") }
      if expectsDate { keys.append("expected-date: true") }
      return "  \(code): { \(keys.joined(separator: ", ")) }   # \(rows)\n"
    case .labelsSayMore:
      return "  # \(comment(text)) is left out: its labels say more than the code does; \(rows)\n"
    case .unsure(let meaning):
      let perhaps = meaning.map { "; perhaps \($0.status.name)" } ?? ""
      return "  \(code): { status: TODO }   # \(rows)\(perhaps)\n"
    }
  }

  /// A label up to its first digit, where something is left: what follows differs from row to row.
  fileprivate var steadyText: String {
    let start = text.prefix { !$0.isNumber }
    return start.count >= 8 ? String(start) : text
  }
}

/// A text for a comment: on one line, and not too long.
private func comment(_ text: String) -> String {
  let line = text.split { $0.isNewline || $0 == "\u{0}" }.joined(separator: " ")
  return line.count > 120 ? line.prefix(120) + "…" : line
}
