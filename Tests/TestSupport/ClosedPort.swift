/// A port of loopback at which connections are refused, as long as this process runs: a socket has it that does not
/// listen, so nobody else gets it.
public func closedPort() throws -> UInt16 { try ClosedPort.peer.get().port }

private enum ClosedPort {
  static let peer = Result { try SilentPeer(backlog: 0) }
}
