import SFTP

/// The sidecars that a listing shows in one folder.
struct FolderSidecars {
  private let pattern: SidecarPattern?
  private var names: [[UInt8]: [RemoteName]] = [:]

  /// - Parameter rule: only `.sidecar` has sidecars.
  init(_ rule: SettleRule) {
    if case .sidecar(let pattern) = rule { self.pattern = pattern } else { pattern = nil }
  }

  var isEmpty: Bool { names.isEmpty }

  /// - Returns: whether the name is that of a sidecar.
  mutating func take(_ name: RemoteName) -> Bool {
    guard let stem = pattern?.stem(of: name.bytes) else { return false }
    names[stem, default: []].append(name)
    return true
  }

  /// The sidecars that stand for a file of this name.
  func standing(for name: RemoteName) -> [RemoteName] {
    guard !names.isEmpty else { return [] }
    return SidecarPattern.stems(of: name.bytes).flatMap { names[$0] ?? [] }
  }
}
