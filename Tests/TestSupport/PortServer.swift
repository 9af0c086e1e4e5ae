import Foundation

/// A program that listens at a port of loopback which it was told.
public struct PortServer: Sendable {
  public let process: RunningProcess
  public let port: UInt16

  /// Starts one at a free port, and waits until it takes connections.
  /// - Parameters:
  ///   - what: as an error calls it.
  ///   - log: the file that has what it says.
  public static func start(
    _ what: String, log: String, _ start: (UInt16) throws -> RunningProcess
  ) async throws -> PortServer {
    // Somebody may take the port between looking for it and using it.
    for _ in 0..<5 {
      let port = try freePort()
      let process = try start(port)
      do {
        try await eventually("\(what) listens") { isListening(port) || process.hasEnded }
      } catch {
        process.kill()
        throw error
      }
      if !process.hasEnded { return PortServer(process: process, port: port) }
    }
    let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
    throw TestSupportError("\(what) found no port it could use: \(text)")
  }
}
