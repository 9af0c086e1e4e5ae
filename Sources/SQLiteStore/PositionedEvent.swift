/// An event as the current status sees it.
struct PositionedEvent {
  var position: CurrentPosition
  var wording: Int64
  /// Whether it makes its day coarse: the events of such a day are ordered by the life cycle only.
  var isCoarse: Bool
}
