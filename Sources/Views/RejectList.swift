import Carrier
import ParcelStore
import TrackingFile

/// Lines that could not be read: a page of a list that may be long.
public struct RejectList: Sendable {
  public let lines: [RejectedLine]
  /// Whether the list begins with this page.
  private let isFirst: Bool

  public init(_ lines: [RejectedLine], isFirst: Bool = true) {
    self.lines = lines
    self.isFirst = isFirst
  }

  /// The page as elements of an array: with what stands before each of them, and without the end.
  public var elements: [UInt8] {
    var bytes: [UInt8] = []
    for (index, line) in lines.enumerated() {
      bytes.append(UInt8(ascii: isFirst && index == 0 ? "[" : ","))
      line.json.write(to: &bytes)
    }
    return bytes
  }

  /// A table, with its header on the first page.
  public var text: String {
    var table = Table(["file", "line", "reason", "raw"], numbers: [1], hasHeader: isFirst)
    for line in lines {
      table.add([line.file, "\(line.line)", line.reason.rawValue, line.rawText])
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
      ("raw", .string(rawText)),
    ])
  }
}
