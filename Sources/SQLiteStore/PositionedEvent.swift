/// An event as the current status sees it.
struct PositionedEvent {
  var position: CurrentPosition
  var wording: Int64
  /// Whether it makes its day one of which only the life cycle's order is known.
  var isCoarse: Bool
}
