import SFTP
import SSH
import Synchronization

extension DropSource {
  /// How many files or bytes make a further session worthwhile.
  private static var filesPerSession: Int { 1_000 }
  private static var bytesPerSession: UInt64 { 64 << 20 }

  /// Opens further sessions if there is much to fetch, up to `limits.sessions`.
  func withClients<R: Sendable>(
    for files: [ListedFile], beside first: SFTPClient, progress: @escaping @Sendable () -> Void,
    _ body: @Sendable ([SFTPClient]) async throws -> R
  ) async throws -> R {
    let bytes = files.reduce(UInt64(0)) { $0 &+ ($1.size ?? 0) }
    let worth = max(files.count / Self.filesPerSession, Int(bytes / Self.bytesPerSession))
    guard min(limits.sessions, worth) > 1 else { return try await body([first]) }
    return try await withFurther([first], min(limits.sessions, worth), progress, body)
  }

  private func withFurther<R: Sendable>(
    _ clients: [SFTPClient], _ count: Int, _ progress: @escaping @Sendable () -> Void,
    _ body: @Sendable ([SFTPClient]) async throws -> R
  ) async throws -> R {
    guard clients.count < count else { return try await body(clients) }
    let isOpen = Mutex(false)
    func isRefusal(_ error: any Error) -> Bool {
      guard !isOpen.withLock({ $0 }) else { return false }
      switch error {
      case let error as SSHError: return error.kind != .cancelled
      case let error as SFTPError: return error.kind != .cancelled
      default: return false
      }
    }
    do {
      return try await withClient(progress: progress) { client in
        isOpen.withLock { $0 = true }
        return try await withFurther(clients + [client], count, progress, body)
      }
    } catch  where isRefusal(error) {
      // The server may allow fewer sessions; go on with those that are open.
      return try await body(clients)
    }
  }
}
