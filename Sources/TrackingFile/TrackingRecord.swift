import Carrier

/// One data line of a file, typed and validated; texts stay bytes in the batch that it belongs to.
public struct TrackingRecord: Sendable {
  public var parcel: ParcelNumber
  private var lineNumber: UInt32
  public var time: EventTime
  /// The account pair's place in the batch's list.
  public var account: UInt16
  /// The whole line without its line feed, for what is held or rejected.
  public var raw: ByteRange
  /// The texts, trimmed of blanks and unquoted; empty where the file has none.
  public var order = ByteRange.empty
  public var code = ByteRange.empty
  public var label = ByteRange.empty
  public var date = ByteRange.empty
  public var site = ByteRange.empty
  public var postcode = ByteRange.empty
  public var country = ByteRange.empty

  /// The line in the file, counted from 1; of a record over several lines, its first. The four
  /// billionth and all behind it have the same number.
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
