import Carrier
import Contract
import TrackingFile

/// Lines that are kept as they came and carry the number of a parcel: they are no events, so its
/// timeline has nothing of them.
public struct KeptMentions: Sendable {
  /// Held rows of one account pair.
  public struct Held: Sendable {
    public var account: HeldAccount
    public var rows: Int
    /// Where the first of them stands.
    public var file: String
    public var line: Int

    package init(account: HeldAccount, rows: Int, file: String, line: Int) {
      self.account = account
      self.rows = rows
      self.file = file
      self.line = line
    }
  }

  public var held: [Held] = []
  /// Lines that could not be read, and where the first of them stands.
  public var rejected = 0
  public var firstRejected: RejectedLine?

  public init() {}

  public var isEmpty: Bool { held.isEmpty && rejected == 0 }
}

extension StoreReader {
  /// Looks through all held rows and rejected lines for a parcel, page by page: what they carry is
  /// bytes, which no index knows.
  /// - Parameters:
  ///   - accountID: only held rows of this account ID, and no rejected lines, which have none.
  ///   - progress: told how many held rows there are, and how many were looked at.
  public func mentions(
    of parcel: ParcelNumber, accountID: String?, progress: (_ done: Int, _ all: Int) -> Void
  ) async throws(StoreError) -> KeptMentions {
    var mentions = KeptMentions()
    let search = NumberSearch(parcel)
    let all = try await counts().held
    var done = 0
    for account in all == 0 ? [] : try await heldAccounts() {
      if let accountID, account.account.accountID != accountID { continue }
      var found: KeptMentions.Held?
      var place = HeldPlace()
      while let run = try await heldRun(of: account.account, after: place, limit: 4_096) {
        place = run.last
        for line in run.rows where search.isFound(in: line.raw) {
          if found == nil {
            found = KeptMentions.Held(
              account: account, rows: 0, file: run.origin.path, line: line.line)
          }
          found?.rows += 1
        }
        done += run.rows.count
        progress(done, all)
      }
      if let found { mentions.held.append(found) }
    }
    guard accountID == nil else { return mentions }
    var place = RejectPlace()
    while true {
      let page = try await rejects(file: nil, after: place, limit: 1_000)
      for line in page.lines where search.isFound(in: line.raw) {
        mentions.rejected += 1
        mentions.firstRejected = mentions.firstRejected ?? line
      }
      guard let last = page.last else { return mentions }
      place = last
    }
  }
}

/// Looks for a parcel number in the bytes of a line, as people and files write it: with blanks in it,
/// in small letters, with a postcode behind it.
package struct NumberSearch {
  private let number: [UInt8]

  package init(_ parcel: ParcelNumber) { number = Array(parcel.description.utf8) }

  package func isFound(in line: [UInt8]) -> Bool {
    var isInWord = false
    for start in line.indices {
      // What goes before it must not be part of a longer word.
      if !isInWord, matches(line[start...]) { return true }
      isInWord = Self.isLetterOrDigit(line[start])
    }
    return false
  }

  private func matches(_ bytes: ArraySlice<UInt8>) -> Bool {
    var rest = number[...]
    for byte in bytes {
      guard let next = rest.first else { return true }
      if Self.uppercased(byte) == next {
        rest = rest.dropFirst()
      } else if rest.count == number.count || !Self.isBlank(byte) {
        return false
      }
    }
    return rest.isEmpty
  }

  private static func uppercased(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) ? byte - 0x20 : byte
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    byte.isASCIILetter || byte.isASCIIDigit
  }

  /// Also the two bytes of a no-break space.
  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == 0xa0 || byte == 0xc2
  }
}
