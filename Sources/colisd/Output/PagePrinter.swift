import Views

/// Prints a long list page by page, as one list: one JSON array, one table, one CSV file.
struct PagePrinter<List: Listed> {
  private let options: ListOptions
  private let widths = TableWidths()
  /// Whether nothing was printed yet.
  private(set) var isFirst = true

  init(_ options: ListOptions) { self.options = options }

  /// - Parameter page: of a table, with its header only if it is the first.
  mutating func print(_ page: List) {
    let objects = page.objects
    guard !objects.isEmpty else { return }
    if options.json {
      var bytes: [UInt8] = []
      for (index, object) in objects.enumerated() {
        bytes.append(UInt8(ascii: isFirst && index == 0 ? "[" : ","))
        object.write(to: &bytes)
      }
      StandardOutput.write(bytes)
    } else {
      options.clock.showing(widths: widths) {
        if options.csv {
          StandardOutput.write(CSVText.bytes(objects, titles: isFirst ? List.keys : nil))
        } else {
          StandardOutput.write(page.text)
        }
      }
    }
    isFirst = false
  }

  /// - Parameter sentence: what people see when nothing was printed.
  func finish(_ sentence: String) {
    if options.json {
      StandardOutput.writeLine(isFirst ? "[]" : "]")
    } else if isFirst, options.csv {
      StandardOutput.write(CSVText.bytes([], titles: List.keys))
    } else if isFirst {
      StandardOutput.writeLine(sentence)
    }
  }
}
