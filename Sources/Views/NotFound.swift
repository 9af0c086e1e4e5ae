/// What was asked for is not there: a parcel, a file, a contract.
public struct NotFound: Error, CustomStringConvertible {
  /// A sentence that says what is not there, and what to do.
  public let description: String

  public init(_ description: String) { self.description = description }
}

extension NotFound {
  public init(heldRowsOf accountID: String) {
    self.init("no held rows of account ID \(singleLine(accountID)); colisd held lists them")
  }

  /// - Parameter known: the ids of all contracts.
  public init(contract id: String, among known: [String]) {
    let ids = known.joined(separator: ", ")
    self.init("no contract \(singleLine(id)); there are \(ids.isEmpty ? "none" : ids)")
  }
}
