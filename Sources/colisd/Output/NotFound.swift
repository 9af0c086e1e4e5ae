import Contract
import Views

/// What was asked for is not there.
struct NotFound: Error, CustomStringConvertible {
  var description: String
}

extension NotFound {
  init(heldRowsOf accountID: String) {
    self.init(
      description: "no held rows of account ID \(singleLine(accountID)); colisd held lists them")
  }
}

extension NotFound {
  init(contract id: String, in folder: ContractFolder) {
    let known = folder.set.contracts.map(\.id).joined(separator: ", ")
    self.init(
      description: "no contract \(singleLine(id)); there are \(known.isEmpty ? "none" : known)")
  }
}
