/// The bytes of a batch: its lines, and after them the texts of fields that had to be changed.
struct BatchBytes: Sendable {
  let buffer: LineBuffer
  let length: Int
}
