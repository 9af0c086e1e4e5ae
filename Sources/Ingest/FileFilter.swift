import Glibc
import SFTP

/// Which names of the drop are tracking files: shell patterns over the last component.
public struct FileFilter: Sendable {
  private let include: [String]
  private let exclude: [String]

  /// - Parameters:
  ///   - include: a name must match one of these.
  ///   - exclude: and none of these.
  public init(include: [String], exclude: [String]) {
    self.include = include
    self.exclude = exclude
  }

  /// ```swift
  /// FileFilter(include: ["*.csv"], exclude: [".*"]).admits(Array("a.csv".utf8))  // true
  /// ```
  public func admits(_ name: [UInt8]) -> Bool {
    include.contains { matches($0, name) } && !exclude.contains { matches($0, name) }
  }

  /// Whether a folder is left out.
  public func excludes(_ name: [UInt8]) -> Bool { exclude.contains { matches($0, name) } }

  /// fnmatch(3); a leading dot is nothing special, the default `exclude` names it.
  private func matches(_ pattern: String, _ name: [UInt8]) -> Bool {
    (name + [0]).withUnsafeBufferPointer { bytes in
      bytes.withMemoryRebound(to: CChar.self) { name in
        guard let name = name.baseAddress else { return false }
        return fnmatch(pattern, name, 0) == 0
      }
    }
  }
}
