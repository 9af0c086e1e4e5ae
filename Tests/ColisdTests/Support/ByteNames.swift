import Foundation
import TestSupport

/// Names that are no text.
extension TemporaryDirectory {
  /// Writes a file that everybody may read.
  func write(_ name: [UInt8], _ content: [UInt8]) throws {
    let path = Array(self.path.utf8) + [UInt8(ascii: "/")] + name + [0]
    let descriptor = open(path.map { CChar(bitPattern: $0) }, O_WRONLY | O_CREAT, 0o644)
    guard descriptor >= 0 else {
      throw TestSupportError("open: \(String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    guard Foundation.write(descriptor, content, content.count) == content.count else {
      throw TestSupportError("write: \(String(cString: strerror(errno)))")
    }
  }

  /// The names in a directory of it, as the file system has them.
  func byteNames(in folder: String) throws -> [[UInt8]] {
    guard let directory = opendir(file(folder)) else {
      throw TestSupportError("opendir: \(String(cString: strerror(errno)))")
    }
    defer { closedir(directory) }
    var names: [[UInt8]] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      if name != Array(".".utf8), name != Array("..".utf8) { names.append(name) }
    }
    return names
  }
}
