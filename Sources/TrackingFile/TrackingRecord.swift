import Carrier

/// A valid data line of a file. Its texts are bytes in the batch to which it belongs.
public struct TrackingRecord: Sendable {
  public var parcel: ParcelNumber
  private var lineNumber: UInt32
  public var time: EventTime
  /// The index of the account pair in `RecordBatch.accounts`.
  public var account: UInt16
  /// The whole line without its line feed, to keep it if it is held.
  public var raw: ByteRange
  /// The texts, without blanks and quotes around them; empty if the file has none.
  public var order = ByteRange.empty
  public var code = ByteRange.empty
  public var label = ByteRange.empty
  public var date = ByteRange.empty
  public var site = ByteRange.empty
  public var postcode = ByteRange.empty
  public var country = ByteRange.empty

  /// The line in the file, counted from 1; of a record with several lines the first one. From
  /// `UInt32.max` on all lines have that number.
  public internal(set) var line: Int {
    get { Int(lineNumber) }
    set { lineNumber = UInt32(clamping: newValue) }
  }

  @inline(__always)
  init(
    line: Int, account: UInt16, parcel: ParcelNumber, time: EventTime, raw: ByteRange
  ) {
    lineNumber = UInt32(clamping: line)
    self.account = account
    self.parcel = parcel
    self.time = time
    self.raw = raw
  }
}
