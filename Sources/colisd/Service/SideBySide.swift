import ServiceLifecycle

/// Services that are asked to stop at the same time. A group stops its services one after the other, and none of
/// these is to wait for another.
struct SideBySide: Service {
  let services: [any Service]

  /// - Throws: what the first one throws that fails; the others are cancelled then.
  func run() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for service in services { group.addTask { try await service.run() } }
      // Not waitForAll(), which would wait for the others when one has failed.
      for try await _ in group {}
    }
  }
}
