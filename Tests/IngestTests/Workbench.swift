import Contract
import Foundation
import Ingest
import ParcelStore
import Status
import Synchronization
import TestSupport
import Testing
import TrackingFile

/// Collects the events that are reported.
final class Witness: IngestObserver {
  private let seen = Mutex<[IngestEvent]>([])

  var events: [IngestEvent] { seen.withLock { $0 } }

  func report(_ event: IngestEvent) { seen.withLock { $0.append(event) } }
  func progress(_ progress: IngestProgress) {}
}

/// The rules of one contract that admits account E1 / EM180619.
func rules(layout: Layout = .colisPrive) -> Rules {
  let form = ContractForm(
    id: "dupont", subscription: .init(plan: "growth", active: "true"),
    tracking: .init(requested: "2026-01-01"),
    services: [
      .homeBE: ServiceForm(fields: [
        .username: "WS", .password: "given", .account: "E1", .accountID: "EM180619",
      ])
    ])
  return Rules(
    reading: ReadingRules(layout: layout, settle: .none), statusMap: .builtIn,
    contracts: ContractSet([MerchantContract(form: form)]), unknownAccounts: .hold)
}

/// A file of `rows` distinct events.
func trackingFile(rows: Int, account: String = "E1;EM180619", from first: Int = 0) -> [UInt8] {
  var text =
    "CPCustoID;AccountID;CPPclCode;OrderID;StsCode;StsDesc;StsDate;SiteCode;CsgZipCode;Country\n"
  for row in first..<first + rows {
    let number = String(100_000_000_000 + row / 5)
    text += "\(account);\(number);CMD-\(row / 5);C\(row % 5);Colis livré;"
    text += "28/08/2026 1\(row % 5):00:00;75A;75012;FR\n"
  }
  return Array(text.utf8)
}

/// 2026-11-24T00:00:00Z.
let fixedNow: @Sendable () -> Int64 = { 1_795_478_400 }
