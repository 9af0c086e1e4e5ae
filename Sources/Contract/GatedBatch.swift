import TrackingFile

/// A batch with the gate's verdict on each of its records.
public struct GatedBatch: Sendable {
  public let batch: RecordBatch
  /// The services of the gate; `AdmittedRecord.service` is an index into it.
  public let services: [ServiceReference]
  /// In the order of the file, like `held`.
  public let admitted: [AdmittedRecord]
  public let held: [HeldRecord]
  /// The records of unknown accounts that were only counted; each pair once.
  public let skipped: [SkippedRecords]

  /// The service that a record was admitted for.
  public func service(of record: AdmittedRecord) -> ServiceReference {
    services[Int(record.service.index)]
  }
}
