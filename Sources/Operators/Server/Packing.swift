import CZlib

/// Bodies as gzip.
enum Packing {
  /// Less is not worth it.
  static let least = 1_024

  /// - Returns: nil where there is no memory for it.
  static func gzip(_ bytes: [UInt8]) -> [UInt8]? {
    var stream = z_stream()
    // Fast; 16 asks for gzip's header.
    guard colisd_deflateInit2(&stream, 3, 15 + 16) == Z_OK else { return nil }
    defer { deflateEnd(&stream) }
    let most = Int(deflateBound(&stream, UInt(bytes.count)))
    var code = Z_OK
    let packed = [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
      bytes.withUnsafeBufferPointer { input in
        stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.avail_in = UInt32(input.count)
        stream.next_out = buffer.baseAddress
        stream.avail_out = UInt32(buffer.count)
        code = deflate(&stream, Z_FINISH)
      }
      count = most - Int(stream.avail_out)
    }
    return code == Z_STREAM_END ? packed : nil
  }

  /// Whether an Accept-Encoding header takes gzip: `gzip`, `gzip;q=0.5`, `*`; not `gzip;q=0`.
  static func isAccepted(_ header: String?) -> Bool {
    guard let header else { return false }
    let qualities = AcceptHeader(header)
    return (qualities.quality(of: "gzip") ?? qualities.quality(of: "*") ?? 0) > 0
  }
}
