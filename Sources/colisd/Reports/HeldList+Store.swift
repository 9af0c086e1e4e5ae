import Carrier
import Ingest
import ParcelStore
import TrackingFile
import Views

extension HeldList {
  /// Reads all of it, with hints at contracts whose accounts are nearly those of held rows.
  /// - Parameter reading: of whoever asks again and again.
  static func read(
    _ configuration: Configuration, _ store: any StoreReader,
    _ reading: ContractsReading = ContractsReading()
  ) async throws -> HeldList {
    var list = HeldList(try await store.held())
    list.skipped = SkippedList(try await store.skipped())
    let files = try await store.files(state: .held)
    list.files = files.count
    // Only for hints; `colisd check` reports contracts that can't be read.
    if let folder = try? reading.folder(configuration.contractsDirectory) {
      list.contracts = folder.set
    }
    if let layout = try? configuration.layout.read() {
      list.accountsOfFiles = Set(files.compactMap { layout.account(in: $0.path) })
    }
    return list
  }
}
