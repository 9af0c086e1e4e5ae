import TrackingFile

/// Consecutive batches of one file, with the file's end where they reach it; or held rows of it
/// that may come in now.
public struct FilePart: Sendable {
  public enum Origin: Sendable {
    /// - Parameters:
    ///   - isFirst: whether the file's reading begins here. A reading that broke off begins again
    ///     from the start.
    ///   - header: the header line, with which held lines can be parsed again.
    case reading(isFirst: Bool, header: [UInt8])
    /// All lines of the batches are held rows. Those that the gate admits are taken out of the held
    /// rows. The others stay held, also those that the layout can't read any more. A row that
    /// another process has released or discarded since it was read is left out.
    /// - Parameter lines: as they were held, in the order of their numbers.
    case held(HeldOrigin, lines: [KeptRow])
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
  /// What it adds to the copy of the file's bytes; nil: nothing, or no copy is kept.
  public var raw: RawPart?
  /// The claim by which this worker reads the file; it is checked in the commit. Nil: nobody else reads it.
  public var claim: Int64?
  /// When this process saw the file first; nil: it is no file of a drop. It is not stored.
  public var seenAt: ContinuousClock.Instant?

  public init(
    file: FileSighting, layout: String, origin: Origin, batches: [EventBatch], end: FileEnd?
  ) {
    self.file = file
    self.layout = layout
    self.origin = origin
    self.batches = batches
    self.end = end
  }

  /// Rows that were held.
  public init(released run: HeldRun, layout: String, batches: [EventBatch]) {
    self.init(
      file: FileSighting(path: run.origin.path, size: nil, mtime: nil), layout: layout,
      origin: .held(run.origin, lines: run.rows), batches: batches, end: nil)
  }

  /// The end of a file that could not be read (any further).
  public init(unread file: FileSighting, layout: String, end: FileEnd) {
    self.init(file: file, layout: layout, origin: .unread, batches: [], end: end)
  }

  /// More of the copy of a file whose reading has begun, without rows.
  public init(copying file: FileSighting, _ raw: RawPart) {
    self.init(
      file: file, layout: "", origin: .reading(isFirst: false, header: []), batches: [], end: nil)
    self.raw = raw
  }

  /// How the rows of one of its batches were read; nil: that is not stored.
  package func reading(of batch: EventBatch) -> RowReading? {
    guard let written, case .reading(_, let header) = origin else { return nil }
    return RowReading(layout: written, header: batch.header ?? header)
  }

  /// When its rows came: seconds since 1970. Held rows came earlier than they are committed.
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
    part.raw = nil
    if case .held(let origin, _) = origin { part.origin = .held(origin, lines: []) }
    return part
  }

  /// About how much memory the rows and the copy take: bytes.
  public var size: Int {
    let rows = batches.reduce(raw?.memory ?? 0) { $0 + $1.size }
    guard case .held(_, let lines) = origin else { return rows }
    return lines.reduce(rows) { $0 + $1.raw.count + MemoryLayout<KeptRow>.stride }
  }
}
