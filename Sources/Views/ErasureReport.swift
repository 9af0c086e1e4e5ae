import Carrier
import TrackingFile

/// What was erased of a recipient's data, and what is still to be done.
public struct ErasureReport: Sendable {
  public var number: ParcelNumber
  /// The account IDs under which the number is known; none where only lines that can't be read carry it.
  public var accountIDs: [String]
  /// Events that stay.
  public var events = 0
  public var held = 0
  public var rejected = 0
  /// Copies of files that were rewritten or removed.
  public var copies = 0
  /// Those of them that were removed, and the files of the first of these.
  public var removedCopies = 0
  public var removedPaths: [String] = []
  /// Why what was deleted may still be found in the store's files, in words; nil: it can't be.
  public var owed: String?

  public init(_ number: ParcelNumber, accountIDs: [String]) {
    self.number = number
    self.accountIDs = accountIDs
  }

  public var text: String {
    let under =
      accountIDs.isEmpty
      ? "" : " (\(accountIDs.map { singleLine($0) }.joined(separator: ", ")))"
    var text =
      "the recipient's data of parcel \(number)\(under) is erased; \(Self.counted(events, "event")) of it "
      + "\(events == 1 ? "stays" : "stay")\n"
    if held > 0 {
      text +=
        "\(Self.counted(held, "held row")) \(held == 1 ? "says" : "say") nothing of the recipient any more\n"
    }
    if rejected > 0 {
      text += "the text of \(Self.counted(rejected, "line")) that could not be read is gone\n"
    }
    let rewritten = copies - removedCopies
    if rewritten > 0 {
      text +=
        (rewritten == 1 ? "1 copy of a file was" : "\(rewritten) copies of files were")
        + " rewritten without its lines\n"
    }
    if removedCopies > 0 {
      let paths = removedPaths.map { singleLine($0) }.joined(separator: ", ")
      let more = removedCopies - removedPaths.count
      text +=
        (removedCopies == 1 ? "1 copy of a file was" : "\(removedCopies) copies of files were")
        + " removed as a whole, as lines can't be taken out of archives, damaged copies and files that are just being "
        + "read: \(paths)\(more > 0 ? " and \(more) more" : "")\n"
    }
    if let owed {
      text +=
        "not complete: what was deleted may still be found in the store's files, as \(owed); a daemon that runs "
        + "completes it, and so does this command when it is given again\n"
    }
    return text + "backups that were made before still have the data\n"
  }

  private static func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(count == 1 ? noun : noun + "s")"
  }

  public var json: JSON {
    .object([
      ("parcel", .string(number.description)),
      ("account_ids", .array(accountIDs.map { .string($0) })), ("events", JSON(events)),
      ("held", JSON(held)), ("rejected", JSON(rejected)), ("copies", JSON(copies)),
      ("copies_removed", JSON(removedCopies)),
      ("complete", .bool(owed == nil)), ("owed", JSON(owed)),
    ])
  }
}
