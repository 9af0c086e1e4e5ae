import Glibc
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Answers operators, support staff and programs at all listeners. It changes nothing.
public struct OperatorServer: Service {
  private let rules: ServerRules
  private let site: Site
  private let logger: Logger
  private let limits = ServerLimits()
  private let onReady: @Sendable () -> Void

  /// - Parameters:
  ///   - now: seconds since 1970.
  ///   - onReady: called once when every listener is open.
  public init(
    _ rules: ServerRules, _ desk: any Desk, _ logger: Logger,
    now: @escaping @Sendable () -> Int64, onReady: @escaping @Sendable () -> Void
  ) {
    self.rules = rules
    self.logger = logger
    self.onReady = onReady
    site = Site(desk, limits, now: now)
  }

  /// - Throws: `ListenFault` where an address can't be listened at.
  public func run() async throws {
    // One thread: answers are found on the cooperative pool and on those of the store.
    let threads = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let connections = Connections()
    let opened = Opened(of: rules.listeners.count, onReady)
    let failure: (any Error)?
    do {
      try await withTaskCancellationHandler {
        try await withThrowingTaskGroup(of: Void.self) { group in
          for listener in rules.listeners {
            group.addTask { try await serve(listener, threads, connections, opened) }
          }
          group.addTask {
            // Answers have a moment to come to their end.
            try await gracefulShutdown()
            try? await Task.sleep(for: limits.farewell)
            connections.closeAll()
          }
          for _ in rules.listeners { try await group.next() }
          group.cancelAll()
        }
      } onCancel: {
        connections.closeAll()
      }
      failure = nil
    } catch {
      failure = error is CancellationError ? nil : error
    }
    try? await threads.shutdownGracefully()
    for case .unix(let path) in rules.listeners { unlink(path) }
    if let failure { throw failure }
  }

  private func serve(
    _ listener: Listener, _ threads: MultiThreadedEventLoopGroup, _ connections: Connections,
    _ opened: Opened
  ) async throws {
    // The server's own lines are of no use to operators.
    var quiet = logger
    quiet.logLevel = .critical
    let limits = limits
    let application = Application(
      router: site.router(Gatekeeper(rules, at: listener)),
      server: .http1(
        configuration: .init(
          additionalChannelHandlers: [ConnectionClock(limits, connections), LastRequest()],
          httpDecoderConfiguration: .init(
            maxHeaderFieldSize: limits.headBytes, maxHeaderListSize: limits.headBytes,
            maxHeaderFieldCount: 100))),
      configuration: ApplicationConfiguration(
        address: listener.address,
        availableConnectionsDelegate: MaximumAvailableConnections(
          limits.connections, logger: quiet)),
      onServerRunning: { _ in
        listener.open()
        logger.info("http.listening", metadata: ["address": "\(listener)"])
        opened.isOpen()
      },
      eventLoopGroupProvider: .shared(threads), logger: quiet)
    do {
      try await application.run()
    } catch let error as IOError {
      throw ListenFault(listener, error.errnoCode)
    } catch let error as NIOConnectionError {
      throw ListenFault(listener, "\(error)")
    } catch let error as SocketAddressError {
      throw ListenFault(listener, "\(error)")
    }
  }
}

extension Listener {
  fileprivate var address: BindAddress {
    switch self {
    case .unix(let path): .unixDomainSocket(path: path)
    case .tcp(let host, let port): .hostname(host, port: port)
    }
  }

  /// Opens a Unix socket to its group, which is the service's: support staff are members of it.
  fileprivate func open() {
    if case .unix(let path) = self { chmod(path, 0o660) }
  }
}
