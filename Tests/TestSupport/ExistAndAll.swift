extension Sequence {
  /// Whether there are elements, and all of them are as the condition says: `allSatisfy` is true of nothing.
  public func existAndAll(_ condition: (Element) throws -> Bool) rethrows -> Bool {
    var isEmpty = true
    for element in self {
      isEmpty = false
      guard try condition(element) else { return false }
    }
    return !isEmpty
  }
}
