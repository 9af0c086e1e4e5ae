/// Where the messages of a client end in what it sends to a PostgreSQL server. The manual's chapter "Message Formats" says
/// how they look: a letter, which the first one lacks, and four bytes of length.
struct PostgreSQLMessages {
  private(set) var count = 0
  /// What has come of the next message's beginning.
  private var head: [UInt8] = []
  /// What is still to come of a message whose length is known.
  private var left = 0

  /// - Parameter most: how many messages are wanted, from the first on.
  /// - Returns: how many bytes of these are of the wanted ones, and whether the last of them is whole.
  mutating func take(
    _ bytes: ArraySlice<UInt8>, upTo most: Int
  ) -> (length: Int, isAll: Bool) {
    var place = bytes.startIndex
    while place < bytes.endIndex, count < most {
      if left == 0 {
        head.append(bytes[place])
        place += 1
        let isWhole = head.count == (count == 0 ? 4 : 5)
        guard isWhole else { continue }
        // The length counts its own four bytes.
        left = head.suffix(4).reduce(0) { $0 << 8 | Int($1) } - 4
        head = []
      } else {
        let step = min(left, bytes.endIndex - place)
        place += step
        left -= step
      }
      if left == 0 { count += 1 }
    }
    return (place - bytes.startIndex, count >= most)
  }
}
