import Carrier
import Contract
import ParcelStore

/// A contract that is neither configured nor known of any row is a slip.
public enum ContractSlip {
  /// - Parameter configured: the ids of all contracts; only asked where no row knows the contract.
  /// - Throws: `QuestionFault` with the nearest id; `StoreError`.
  public static func refuse(
    _ contract: String, _ names: QuestionNames, _ store: any FeedReader,
    configured: () async throws -> [String]
  ) async throws {
    var known = Set(try await store.feeds().map(\.contract))
    if known.contains(contract) { return }
    known.formUnion(try await configured())
    guard !known.contains(contract) else { return }
    let nearest = contract.nearest(among: known)
    let hint = nearest.map { "did you mean \($0)?" }
    throw names.fault(
      "contract",
      "there is no contract \(singleLine(contract)); "
        + singleLine(hint ?? "there are \(known.sorted().joined(separator: ", "))"),
      .noContract(contract, nearest: nearest))
  }
}
