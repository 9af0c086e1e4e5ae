import Glibc
import SFTP

/// Which files are tracking files, by shell patterns for the last component of their path.
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

  /// Whether a folder of this name is not listed.
  public func excludes(_ name: [UInt8]) -> Bool { exclude.contains { matches($0, name) } }

  /// By fnmatch(3). A leading dot is not special here, but the default `exclude` has `.*`.
  private func matches(_ pattern: String, _ name: [UInt8]) -> Bool {
    (name + [0]).withUnsafeBufferPointer { bytes in
      bytes.withMemoryRebound(to: CChar.self) { name in
        guard let name = name.baseAddress else { return false }
        return fnmatch(pattern, name, 0) == 0
      }
    }
  }
}
