/// The bytes of a batch: its lines, and after them changed copies of some fields, such as without quotes.
struct BatchBytes: Sendable {
  let buffer: LineBuffer
  let length: Int
}
