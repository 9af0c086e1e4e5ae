import Carrier

extension EventTime {
  /// Reads a time as the built-in layout does: `dd/MM/yyyy HH:mm:ss`, ISO 8601, or a date alone.
  public init?(_ text: String, on clock: WallClock = .paris) {
    var reader = TimeReader(clock: clock, formats: [.auto])
    guard let time = Array(text.utf8).withUnsafeBytes({ reader.read($0) }) else { return nil }
    self = time
  }
}
