import TrackingFile

/// A layout as files show it, with what is not certain about it.
///
/// It reads nothing itself: bytes go in, and values come out.
///
/// ```swift
/// let draft = try LayoutDraft(of: [FileSample(path: "A.csv", bytes: bytes, isWhole: true)])
/// draft.columns.first { $0.column == .parcel }?.origin  // .columns([.name("CPPclCode")])
/// ```
public struct LayoutDraft: Sendable {
  public enum Format: Sendable, Equatable {
    case delimited(separator: Character, quote: Character?, hasHeader: Bool)
    case fixedWidth
  }

  /// A column of the files that the layout does not use.
  public struct UnusedColumn: Sendable, Equatable {
    public var title: String
    public var example: String
  }

  public internal(set) var format: Format
  /// In the order in which layouts name them.
  public internal(set) var columns: [GuessedColumn] = []
  public internal(set) var encoding: SampleEncoding
  public internal(set) var encodingCertainty: Certainty
  /// The word for `encoding` in a layout.
  public internal(set) var encodingWord: String
  /// `auto`, or patterns, the most frequent first.
  public internal(set) var timeFormats: [String]
  /// How lines begin that are no rows.
  public internal(set) var skip: [String] = []
  /// How a closing line begins; nil: there is none.
  public internal(set) var trailer: String?
  /// How paths name the account; nil: they don't, or columns do.
  public internal(set) var path: String?
  /// Whether parcel numbers have another form than the carrier's.
  public internal(set) var isAnyNumber: Bool
  public internal(set) var unused: [UnusedColumn] = []
  /// What is not certain, in sentences.
  public internal(set) var doubts: [String] = []
  /// The files from which it comes.
  public internal(set) var paths: [String]

  /// What stands for an account that neither a column nor a path names. No contract has it, so rows are held.
  public static let unknownAccount = "TODO"

  /// How many columns that are not used are named.
  static let mostUnused = 50

  /// The longest example, in characters.
  static let longestExample = 40

  /// - Parameter samples: at least one; what differs between them is a doubt.
  /// - Throws: if one of them is no tracking file.
  public init(of samples: [FileSample]) throws(GuessFailure) {
    var files: [FileGuess] = []
    for sample in samples { files.append(try FileGuess(sample)) }
    guard var base = files.max(by: { $0.rows.count < $1.rows.count }) else {
      throw GuessFailure(path: "", reason: "there is no file to guess from")
    }
    let pool = files.filter { $0.isBuiltLike(base) }.flatMap(\.rows)
    if pool.count > base.rows.count {
      base.assignment = ColumnAssignment(pool, header: base.header)
    }

    paths = samples.map(\.path)
    encoding = base.text.encoding
    encodingCertainty = base.text.encodingCertainty
    encodingWord = encoding.layoutWord
    timeFormats = base.assignment.timeFormats
    isAnyNumber = base.assignment.isAnyNumber
    switch base.form {
    case .table(let table):
      format = .delimited(
        separator: table.split.separator, quote: table.split.quote, hasHeader: table.header != nil)
    case .fixedWidth: format = .fixedWidth
    }
    doubts += base.doubts
    noteEncoding(base.text)
    takeColumns(base)
    takeOtherLines(base, files)
    reconcile(base, files)
    addMissing()
    columns.sort { Self.place($0.column) < Self.place($1.column) }
  }

  private static func place(_ column: Layout.Column) -> Int {
    Layout.Column.allCases.firstIndex(of: column) ?? 0
  }

  public func column(_ column: Layout.Column) -> GuessedColumn? {
    columns.first { $0.column == column }
  }

  // MARK: Columns

  private mutating func takeColumns(_ file: FileGuess) {
    let assignment = file.assignment
    doubts += assignment.doubts
    for column in Layout.Column.allCases {
      guard let choice = assignment.choices[column] else { continue }
      if let count = file.header?.count, let index = choice.indexes.first(where: { $0 >= count }) {
        doubts.append(
          "\(column.rawValue): it may be column \(index + 1), which has no name in the header, so no layout can name it"
        )
        continue
      }
      let values = assignment.profiles[choice.indexes[0]].values
      columns.append(
        GuessedColumn(
          column: column, origin: .columns(choice.indexes.map { place($0, file) }),
          certainty: choice.certainty, reason: choice.reason,
          example: String((values.first ?? "").prefix(Self.longestExample))))
      let titles = choice.indexes.map(assignment.title).joined(separator: " and ")
      if choice.certainty != .certain {
        doubts.append(
          "\(column.rawValue): \(titles) is \(choice.certainty.name) only; what speaks for it: \(choice.reason)"
        )
      }
      noteTwice(choice.indexes, file)
    }
    if let doubt = assignment.timeDoubt { doubts.append("date: \(doubt)") }
    if isAnyNumber {
      doubts.append("parcel: the numbers are not those of Colis Privé, so number: any is set")
    }
    let others = assignment.profiles.indices.filter { !assignment.taken.contains($0) }
    for index in others.prefix(Self.mostUnused) {
      let title = assignment.title(index)
      let example = assignment.profiles[index].values.first ?? ""
      unused.append(
        UnusedColumn(title: title, example: String(example.prefix(Self.longestExample))))
    }
  }

  private func place(_ index: Int, _ file: FileGuess) -> GuessedColumn.Place {
    switch file.form {
    case .fixedWidth(let cut): .span(cut.spans[index])
    case .table(let table):
      if let header = table.header, index < header.count {
        .name(header[index])
      } else {
        .number(index + 1)
      }
    }
  }

  /// A name that the header has twice can't be used.
  private mutating func noteTwice(_ indexes: [Int], _ file: FileGuess) {
    guard let header = file.header else { return }
    for index in indexes where index < header.count {
      let key = header[index].lowercased()
      if key.isEmpty {
        doubts.append("column \(index + 1) has no name in the header, so no layout can name it")
      } else if header.count(where: { $0.lowercased() == key }) > 1 {
        doubts.append("the header has \"\(header[index])\" twice, and such a file is refused")
      }
    }
  }

  // MARK: What files don't say

  private mutating func addMissing() {
    let missing = Layout.Column.required.filter { column($0) == nil }
    if missing.contains(.account), missing.contains(.accountID) {
      path = PathGuess.pattern(for: paths)
    }
    for column in missing {
      switch column {
      case .account, .accountID:
        let fromPath = path != nil
        columns.append(
          GuessedColumn(
            column: column, origin: fromPath ? .path : .constant(Self.unknownAccount),
            certainty: fromPath ? .likely : .doubtful,
            reason: fromPath ? "the names of the files" : "no column has it", example: ""))
        doubts.append(
          fromPath
            ? "\(column.rawValue): no column has it; it is taken from the file's path"
            : "\(column.rawValue): no column has it, and neither has the path; write yours in place of "
              + Self.unknownAccount)
      default:
        doubts.append(
          "\(column.rawValue): no column has it, and no layout does without; look for it by hand")
      }
    }
    if column(.code) == nil, column(.label) == nil {
      doubts.append(
        "code, label: no column has one of them, and no layout does without; look by hand")
    }
  }

  private mutating func noteEncoding(_ text: SampleText) {
    switch encoding {
    case .cp850:
      doubts.append(
        "encoding: \(encodingCertainty.name) CP850, by where accents stand; look at the labels below"
      )
    case .iso885915:
      doubts.append("encoding: likely ISO-8859-15, as it has an œ; look at the labels below")
    case .mixed: doubts.append("encoding: some lines are UTF-8 and others are not; auto reads both")
    case .utf16 where !text.hasUTF16Mark:
      doubts.append(
        "encoding: likely UTF-16 without a byte order mark, as every other byte is zero")
    case .windows1252 where encodingCertainty != .certain:
      doubts.append(
        "encoding: taken for Windows-1252, as it is not UTF-8; look at the labels below")
    default: break
    }
    // A byte order mark is believed in any case.
    if encoding == .utf16, text.hasUTF16Mark { encodingWord = "auto" }
    if text.isEncodedTwice {
      doubts.append(
        "encoding: it looks like UTF-8 that was encoded twice (Ã© for é); ask who writes it")
    }
  }
}
