import Carrier
import ParcelStore

/// What was asked for is not there: a parcel, a file, a contract.
public struct NotFound: Error, CustomStringConvertible {
  /// A sentence that says what is not there, and what to do.
  public let description: String
  /// The same as a value, for those who say it in words of their own; nil: only the sentence says it.
  public let kind: Kind?

  public enum Kind: Sendable, Hashable {
    /// - Parameter rejected: how many lines with the number could not be read.
    case parcel(ParcelNumber, accountID: String?, rejected: Int)
    case number(text: String)
    case file(String, source: String?)
    case source(String, nearest: String?)
    case contract(String, nearest: String?)
  }

  public init(_ description: String, _ kind: Kind? = nil) {
    self.description = description
    self.kind = kind
  }
}

extension NotFound {
  public init(heldRowsOf accountID: String) {
    self.init("no held rows of account ID \(singleLine(accountID)); colisd held lists them")
  }

  /// - Parameter known: the ids of all contracts.
  public init(contract id: String, among known: [String]) {
    let ids = known.isEmpty ? "none" : known.joined(separator: ", ")
    let nearest = id.nearest(among: known)
    let hint = nearest.map { "did you mean \($0)? There are " } ?? "there are "
    self.init(
      "no contract \(singleLine(id)); \(singleLine(hint + ids))", .contract(id, nearest: nearest))
  }

  /// - Parameter known: the names of all endpoints, those that are configured no more among them.
  public init(endpoint name: String, among known: [String]) {
    guard !known.isEmpty else {
      self.init(
        "no endpoint \(singleLine(name)), nor any other: webhooks: in colisd.yaml names none")
      return
    }
    let hint = name.nearest(among: known).map { "did you mean \($0)? There are " } ?? "there are "
    self.init(
      "no endpoint \(singleLine(name)) in webhooks: of colisd.yaml; "
        + singleLine(hint + known.joined(separator: ", ")))
  }
}
