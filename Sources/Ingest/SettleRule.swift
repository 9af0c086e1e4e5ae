/// When a file counts as complete, so that it may be read.
public enum SettleRule: Sendable, Hashable {
  /// After two listings in a row with the same size and time.
  case listing
  /// After this long without a change, either by the times in the listing or because it was seen unchanged
  /// for this long.
  case age(Duration)
  /// At once, for carriers that write a file under another name and rename it when it is complete.
  case none
  /// When a file beside it says so; see `SidecarPattern`.
  case sidecar(SidecarPattern)

  /// Whether the carrier itself says when a file is complete, so that its last line is whole.
  var isSaidByCarrier: Bool {
    switch self {
    case .none, .sidecar: true
    case .listing, .age: false
    }
  }

  /// Why a file waits.
  var reasonToWait: String {
    switch self {
    case .sidecar(let pattern):
      "no file of the pattern \(pattern) is beside it, which would say that it is complete"
    case .none, .listing, .age: "it may still be written: its size or time moved, or it is new"
    }
  }

  /// How long to wait before each further listing of the same poll.
  /// - Parameter forRest: whether no other poll follows, so that this one also waits for a short age.
  func waits(forRest: Bool) -> [Duration] {
    switch self {
    case .none, .sidecar: []
    case .listing: [Self.pause]
    // Nobody wants to wait longer than half a minute; the next run reads these files.
    case .age(let age): forRest && age <= .seconds(30) ? [Self.pause, age] : [Self.pause]
    }
  }

  /// Between two listings that are compared.
  private static let pause = Duration.seconds(2)
}
