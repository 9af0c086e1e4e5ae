import ParcelStore

/// What a daemon has counted since its start, at one moment.
public struct ProcessSnapshot: Sendable {
  /// What it has counted of one source.
  public struct Source: Sendable {
    public var name: String
    /// Polls that were begun, and those of them that failed.
    public var polls: Int64 = 0
    public var failedPolls: Int64 = 0
    /// Bytes of files.
    public var received: Int64 = 0
    /// Connections after the first one of each poll.
    public var reconnects: Int64 = 0
    /// From the first sighting of each file to the commit of its last row: seconds.
    public var lag = Histogram(bounds: ProcessSnapshot.lagBounds)

    public init(name: String) { self.name = name }
  }

  /// What became of files at a poll.
  public enum FileOutcome: String, Sendable, CaseIterable {
    case ingested
    /// Each time that it was tried.
    case failed
    /// It was read, and was not complete yet; each time.
    case incomplete
    /// It was gone before it was read.
    case lost
  }

  /// What the process takes of the machine.
  public struct Use: Sendable {
    /// Seconds since 1970.
    public var startedAt = 0.0
    /// User and system time: seconds.
    public var processorTime = 0.0
    /// Bytes.
    public var residentMemory: Int64 = 0
    public var openFiles: Int64 = 0
    /// How many files it may open.
    public var mostFiles: Int64 = 0

    public init() {}
  }

  /// In the order of the configuration.
  public var sources: [Source]
  /// What became of committed rows; of held rows that were let in, as what they came in.
  public var rows = FileCounts()
  public var files: [FileOutcome: Int64] = [:]
  /// How long tries to deliver took, of each endpoint of webhooks, in the order of the configuration: seconds.
  public var webhooks: [(name: String, durations: Histogram)]
  /// Nil where the system does not tell.
  public var use: Use?

  /// The names of sources, and of endpoints of webhooks.
  public init(sources: [String], webhooks: [String] = []) {
    self.sources = sources.map { Source(name: $0) }
    self.webhooks = webhooks.map { ($0, Histogram(bounds: Self.webhookBounds)) }
  }

  /// From a commit that finds its file at rest to a file that waited a day.
  static let lagBounds = [
    0.25, 1, 5, 15, 60, 120, 300, 600, 1_800, 3_600, 21_600, 86_400,
  ]

  /// From an endpoint next door to one that is given up.
  static let webhookBounds = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60]
}
