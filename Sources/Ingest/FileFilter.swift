import Glibc
import SFTP

/// Which files are tracking files, by shell patterns for the last component of their path. In `include` the letter
/// case of ASCII does not count.
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

  /// Which members of an archive are read where no source says it.
  static let ofMembers = FileFilter(include: ["*"], exclude: [".*"])

  /// ```swift
  /// FileFilter(include: ["*.csv"], exclude: [".*"]).admits(Array("A.CSV".utf8))  // true
  /// ```
  public func admits(_ name: [UInt8]) -> Bool { includes(name) && !excludes(name) }

  /// Whether no pattern says anything about a file of this name, so that it is neither read nor left out on
  /// purpose.
  public func misses(_ name: [UInt8]) -> Bool { !includes(name) && !excludes(name) }

  /// `FNM_CASEFOLD`, an extension of glibc that Swift does not import.
  private static let caseFold: CInt = 1 << 4

  private func includes(_ name: [UInt8]) -> Bool {
    include.contains { matches($0, name, Self.caseFold) }
  }

  /// Whether a file of this name is not read, and a folder of this name not listed.
  public func excludes(_ name: [UInt8]) -> Bool { exclude.contains { matches($0, name) } }

  /// By fnmatch(3). A leading dot is not special here, but the default `exclude` has `.*`.
  private func matches(_ pattern: String, _ name: [UInt8], _ flags: CInt = 0) -> Bool {
    (name + [0]).withUnsafeBufferPointer { bytes in
      bytes.withMemoryRebound(to: CChar.self) { name in
        guard let name = name.baseAddress else { return false }
        return fnmatch(pattern, name, flags) == 0
      }
    }
  }
}
