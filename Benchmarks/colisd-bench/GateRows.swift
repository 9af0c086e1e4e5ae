import ArgumentParser
import Carrier
import Contract
import TrackingFile

/// Lets rows of random accounts through a gate of many contracts.
struct GateRows: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gate", abstract: "Gate rows of many contracts.")

  @Option(help: "Contracts, each with one account pair.") var contracts = 10_000
  @Option(help: "Rows, each of a random contract.") var rows = 1_000_000

  func run() throws {
    let forms = (0..<contracts).map { number in
      MerchantContract(
        form: ContractForm(
          id: "c\(number)", subscription: .init(plan: "growth", active: "true"),
          tracking: .init(requested: "2024-12-01"),
          services: [
            .homeFR: ServiceForm(fields: [
              .username: "WS", .password: "given", .controlKey: "given", .account: "E1",
              .accountID: "EM\(200_000 + number)",
            ])
          ]))
    }
    guard let today = CalendarDay("2026-01-01") else { return }
    let gate = Gate(contracts: ContractSet(forms), today: today, unknownAccounts: .hold)
    var reader = TrackingFileReader(layout: .colisPrive)
    reader.supply(
      Array("CPCustoID;AccountID;CPPclCode;StsCode;StsDate\n".utf8))
    var batches: [RecordBatch] = []
    var generator = Xorshift(state: 88_172_645_463_325_252)
    for _ in 0..<max(1, rows / 1000) {
      var text = ""
      for _ in 0..<1000 {
        let account = 200_000 + Int.random(in: 0..<contracts, using: &generator)
        text += "E1;EM\(account);991122334455;LIV;28/08/2026 11:42:10\n"
      }
      while case .batch(let batch) = try reader.next() { batches.append(batch) }
      reader.supply(Array(text.utf8))
    }
    while case .batch(let batch) = try reader.next() { batches.append(batch) }
    reader.finish()
    while case .batch(let batch) = try reader.next() { batches.append(batch) }

    let watch = Stopwatch()
    var admitted = 0
    for batch in batches { admitted += gate.admit(batch).admitted.count }
    printJSON([
      "rows": Double(admitted), "ns_per_row": watch.cpu * 1e9 / Double(max(1, admitted)),
    ])
  }
}
