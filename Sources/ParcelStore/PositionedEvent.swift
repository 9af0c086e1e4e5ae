/// An event as the current status sees it.
package struct PositionedEvent: Sendable {
  package var position: CurrentPosition
  package var wording: Int64
  /// Whether it makes its day coarse: the events of such a day are ordered by the life cycle only.
  package var isCoarse: Bool

  package init(position: CurrentPosition, wording: Int64, isCoarse: Bool) {
    self.position = position
    self.wording = wording
    self.isCoarse = isCoarse
  }
}
