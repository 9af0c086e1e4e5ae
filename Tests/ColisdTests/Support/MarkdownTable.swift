import Foundation
import TestSupport

/// A table of Samples/README.md, so that what is promised there and what is tested can't drift apart.
struct MarkdownTable {
  /// Without the header; cells without backquotes and bold marks.
  var rows: [[String]]

  /// The first table below a heading that begins so.
  init(below heading: String) throws {
    let text = try String(contentsOf: samples.appending(path: "README.md"), encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard let start = lines.firstIndex(where: { $0.hasPrefix(heading) }),
      let first = lines[start...].firstIndex(where: { $0.hasPrefix("|") })
    else { throw TestSupportError("Samples/README.md has no table below \"\(heading)\"") }
    rows = lines[first...].prefix { $0.hasPrefix("|") }.dropFirst(2).map { line in
      line.split(separator: "|").map { cell in
        cell.replacing("`", with: "").replacing("**", with: "")
          .trimmingCharacters(in: .whitespaces)
      }
    }
    guard !rows.isEmpty else { throw TestSupportError("the table below \"\(heading)\" is empty") }
  }
}
