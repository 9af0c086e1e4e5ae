import TrackingFile

/// How the files of a source are read: by which layout, and when a file counts as complete.
public struct ReadingRules: Sendable, Equatable {
  public var layout: Layout
  public var settle: SettleRule

  public init(layout: Layout, settle: SettleRule) {
    self.layout = layout
    self.settle = settle
  }
}
