import Carrier
import ParcelStore
import TrackingFile

/// Lines that could not be read: a page of a list that may be long.
public struct RejectList: Listed {
  public let lines: [RejectedLine]
  /// Whether the list begins with this page.
  private let isFirst: Bool
  /// Whether people see which source each line is from.
  private let hasSources: Bool

  public init(_ lines: [RejectedLine], isFirst: Bool = true, hasSources: Bool = false) {
    self.lines = lines
    self.isFirst = isFirst
    self.hasSources = hasSources
  }

  public static let keys = [
    "file", "line", "reason", "raw", "source",
  ]

  public var objects: [JSON] { lines.map(\.json) }

  /// A table, with its header on the first page.
  public var text: String {
    var table = Table(
      (hasSources ? ["source"] : []) + ["file", "line", "reason", "raw"],
      numbers: [hasSources ? 2 : 1], hasHeader: isFirst, least: ["raw", "file"])
    for line in lines {
      table.add(
        (hasSources ? [line.source] : [])
          + [line.file, "\(line.line)", line.reason.rawValue, line.rawText])
    }
    return table.text
  }
}

extension RejectedLine {
  /// The bytes as text, as far as they are text.
  fileprivate var rawText: String { TextEncoding.auto.decode(raw[...]) }

  fileprivate var json: JSON {
    .object([
      ("file", .string(file)), ("line", JSON(line)), ("reason", .string(reason.rawValue)),
      ("raw", .string(rawText)), ("source", JSON(source)),
    ])
  }
}
