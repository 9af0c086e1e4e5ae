/// Where rows stand that brought events of a parcel again, as far as copies of files show it.
public struct EventRepeats: Sendable, Hashable {
  /// A row that brought an event again.
  public struct Place: Sendable, Hashable {
    /// The printable path of its file.
    public var file: String
    public var line: Int

    public init(file: String, line: Int) {
      self.file = file
      self.line = line
    }
  }

  /// By the `seq` of the event, the newest file first.
  public var places: [Int64: [Place]] = [:]
  /// Copies that were looked through, and how many there are.
  public var searched = 0
  public var copies = 0
  /// Whether the time was over before all copies were looked through.
  public var isCutOff = false
  /// Copies that could not be read to their end: their layout is not configured or does not fit, or they are damaged.
  public var unreadable = 0

  public init() {}
}
