import Carrier
import TrackingFile

/// The place of a service in the list of the gate that admitted its rows.
public struct ServiceIndex: Hashable, Sendable {
  public let index: Int32
}

/// A record that the gate let in. Only this module can make one, so what is built from it cannot
/// have walked around the gate: the initialiser is internal, here and in the types below.
public struct AdmittedRecord: Hashable, Sendable {
  /// The record's place in the batch.
  public let index: Int32
  public let service: ServiceIndex
}

/// A record that the gate did not let in (yet).
public struct HeldRecord: Hashable, Sendable {
  /// The record's place in the batch.
  public let index: Int32
  public let reason: HoldReason
}

/// How many records of an unknown account pair the gate only counted.
public struct SkippedRecords: Hashable, Sendable {
  public let account: AccountPair
  public let rows: Int
}

/// A batch with the gate's verdict on each of its records.
public struct GatedBatch: Sendable {
  public let batch: RecordBatch
  /// The services of the gate; `AdmittedRecord.service` counts in it.
  public let services: [ServiceReference]
  /// In the order of the file, as are the held ones.
  public let admitted: [AdmittedRecord]
  public let held: [HeldRecord]
  /// The records of unknown accounts that were only counted; each pair once.
  public let skipped: [SkippedRecords]

  /// The service that a record was admitted for.
  public func service(of record: AdmittedRecord) -> ServiceReference {
    services[Int(record.service.index)]
  }
}
