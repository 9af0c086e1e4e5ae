import CZlib
import Foundation

/// Whatever stands in the files of a store: pages in use and free ones, the write-ahead log, and packed pieces of at
/// most a page.
public struct StateFolder {
  private let path: String

  public init(_ path: String) { self.path = path }

  /// Which of some texts are found anywhere, and in which files.
  /// - Parameter files: only these, with whatever SQLite puts beside them.
  public func places(of marks: [String], in file: String = "colisd.db") throws -> [String] {
    var places: [String] = []
    for name in try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    where name.hasPrefix(file) {
      guard let data = FileManager.default.contents(atPath: "\(path)/\(name)") else { continue }
      let packed = Self.unpacked(data)
      for mark in marks {
        let mark = (text: mark, bytes: Data(mark.utf8))
        if data.range(of: mark.bytes) != nil { places.append("\(mark.text) in \(name)") }
        if packed.contains(where: { $0.range(of: mark.bytes) != nil }) {
          places.append("\(mark.text), packed, in \(name)")
        }
      }
    }
    return places
  }

  /// What begins like data of zlib, unpacked as far as it goes.
  private static func unpacked(_ data: Data) -> [Data] {
    let bytes = [UInt8](data)
    var texts: [Data] = []
    for start in bytes.indices.dropLast()
    where bytes[start] == 0x78 && (Int(bytes[start]) << 8 | Int(bytes[start + 1])) % 31 == 0 {
      let text = unpack(bytes[start...].prefix(1 << 13))
      if text.count > 16 { texts.append(text) }
    }
    return texts
  }

  private static func unpack(_ packed: ArraySlice<UInt8>) -> Data {
    var stream = z_stream()
    guard colisd_inflateInit2(&stream, 15) == Z_OK else { return Data() }
    defer { inflateEnd(&stream) }
    var input = Array(packed)
    var output = [UInt8](repeating: 0, count: 1 << 18)
    let room = output.count
    let left = input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(output.count)
        _ = inflate(&stream, Z_SYNC_FLUSH)
        return Int(stream.avail_out)
      }
    }
    return Data(output.prefix(room - left))
  }
}
