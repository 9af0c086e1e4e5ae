import Contract
import TrackingFile

/// What one transaction appends: parts of one or more files.
public struct CommitGroup: Sendable {
  public var parts: [FilePart] = []

  public init() {}

  /// Data lines in the group.
  public var rows: Int { parts.reduce(0) { $0 + $1.rows } }
  public var isEmpty: Bool { parts.isEmpty }

  /// Gives everything away; the group is empty then.
  public mutating func takeAll() -> CommitGroup {
    defer { parts = [] }
    return self
  }
}

/// A run of batches of one file, and the file's end where they reach it; or rows of it that were held
/// and may come in now.
public struct FilePart: Sendable {
  public enum Origin: Sendable {
    /// - Parameters:
    ///   - isFirst: whether the file's reading begins here. A reading that broke off begins again
    ///     from the start.
    ///   - header: the header line, with which held lines can be parsed again.
    case reading(isFirst: Bool, header: [UInt8])
    /// Every line of the batches is one that was held. Those that the gate admits are held no more; the
    /// others, also those that the layout can't read any more, stay. One that is not held any more as it
    /// was read here came in, or was thrown away, by another hand, and is left out.
    /// - Parameter lines: as they were held, in the order of their numbers.
    case held(HeldOrigin, lines: [KeptLine])
    /// The file could not be read (any further); only its end is noted.
    case unread
  }

  public var file: FileSighting
  /// The name of the layout by which it is read.
  public var layout: String
  /// The layout itself, as `Layout.written` gives it, with which held rows can be read again; nil: not
  /// kept.
  public var written: String?
  public var origin: Origin
  public var batches: [EventBatch]
  public var end: FileEnd?

  public init(
    file: FileSighting, layout: String, written: String? = nil, isFirst: Bool, header: [UInt8],
    batches: [EventBatch], end: FileEnd?
  ) {
    self.init(
      file: file, layout: layout, origin: .reading(isFirst: isFirst, header: header),
      batches: batches, end: end)
    self.written = written
  }

  /// Rows that were held.
  public init(released run: HeldRun, layout: String, batches: [EventBatch]) {
    self.init(
      file: FileSighting(path: run.origin.path, size: nil, mtime: nil), layout: layout,
      origin: .held(run.origin, lines: run.lines), batches: batches, end: nil)
  }

  /// The end of a file that could not be read (any further).
  public init(unread file: FileSighting, layout: String, end: FileEnd) {
    self.init(file: file, layout: layout, origin: .unread, batches: [], end: end)
  }

  private init(
    file: FileSighting, layout: String, origin: Origin, batches: [EventBatch], end: FileEnd?
  ) {
    self.file = file
    self.layout = layout
    self.origin = origin
    self.batches = batches
    self.end = end
  }

  /// How the rows of one of its batches were read; nil: that is not kept.
  package func reading(of batch: EventBatch) -> RowReading? {
    guard let written, case .reading(_, let header) = origin else { return nil }
    return RowReading(layout: written, header: batch.header ?? header)
  }

  /// When its rows came, where it is committed at an instant.
  package func receivedAt(committedAt instant: Int64) -> Int64 {
    if case .held(let origin, _) = origin { origin.receivedAt } else { instant }
  }

  /// Whether a file's reading begins here.
  public var isFirst: Bool {
    if case .reading(isFirst: true, _) = origin { true } else { false }
  }

  public var rows: Int { batches.reduce(0) { $0 + $1.rows } }

  /// What the part is about, without its rows.
  public var withoutBatches: FilePart {
    var part = self
    part.batches = []
    if case .held(let origin, _) = origin { part.origin = .held(origin, lines: []) }
    return part
  }

  /// About how much memory the rows take: bytes.
  public var size: Int {
    let rows = batches.reduce(0) { $0 + $1.size }
    guard case .held(_, let lines) = origin else { return rows }
    return lines.reduce(rows) { $0 + $1.raw.count + MemoryLayout<KeptLine>.stride }
  }
}

/// What is known of a file once it was read.
public struct FileEnd: Sendable {
  /// Whether the verdict stands until the file changes; otherwise the next look reads it again.
  public var isFinal: Bool
  public var state: FileState
  /// Of the bytes as they came.
  public var sha256: [UInt8]?
  public var error: String?
  public var postAction: PostAction
  /// The file is read again although it did not change, once it was seen unchanged for so long:
  /// seconds.
  public var readAgainAfter: Int64?

  public init(
    isFinal: Bool, state: FileState, sha256: [UInt8]?, error: String?,
    postAction: PostAction, readAgainAfter: Int64? = nil
  ) {
    self.isFinal = isFinal
    self.state = state
    self.sha256 = sha256
    self.error = error
    self.postAction = postAction
    self.readAgainAfter = readAgainAfter
  }
}

/// What a commit did.
public struct CommitReport: Sendable {
  /// What became of each part's lines, in the order of the group.
  public var counts: [FileCounts] = []
  /// Of parts that were not taken, by their place in the group: nothing of them counts.
  public var refusals: [Int: Refusal] = [:]
  /// What the ledger says of the file, of parts that reach its end: earlier readings that broke off are in
  /// it. Nil of other parts, or where the store does not tell.
  public var totals: [FileCounts?] = []
  /// For each code (label where there is none) that the status map does not know and that no event
  /// had before: the wording of its first event.
  public var newUnmapped: [Wording] = []
  /// The last sequence number given; 0 while the store has no event.
  public var lastSeq: Int64 = 0

  public init() {}

  /// Why a part of a file was not taken. So no file is counted twice, whoever reads it at the same time.
  public enum Refusal: Sendable, Equatable {
    /// Another process reads the file now: who, as `process 12`.
    case isRead(by: String)
    /// Another process has read it to its end meanwhile.
    case wasRead
  }
}

/// A distinct pair of status code and label, as files give it.
public struct Wording: Hashable, Sendable {
  public var code: String?
  public var label: String?

  public init(code: String?, label: String?) {
    self.code = code
    self.label = label
  }

  /// The code as it identifies an event: letter case folded, as status maps do.
  package var foldedCode: String? { code?.lowercased() }
}
