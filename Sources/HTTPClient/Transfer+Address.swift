import CLibCurl
import Glibc

/// The sockets of a transfer, and the addresses that it may go to.
extension Transfer {
  static let openSocket: curl_opensocket_callback = { context, _, address in
    guard let address else { return CURL_SOCKET_BAD }
    return Transfer.of(context)?.makeSocket(address.pointee, colisd_curl_address(address))
      ?? CURL_SOCKET_BAD
  }

  /// Makes a socket for a connection to the address.
  private func makeSocket(
    _ wanted: curl_sockaddr, _ address: UnsafePointer<sockaddr>?
  ) -> curl_socket_t {
    if request.socket == nil, request.refusal != nil {
      // What is neither IPv4 nor IPv6 can't be asked about.
      guard let address = address.flatMap(NetworkAddress.init), admits(address) else {
        return CURL_SOCKET_BAD
      }
    }
    let socket = Glibc.socket(
      wanted.family, wanted.socktype | Int32(SOCK_CLOEXEC.rawValue), wanted.protocol)
    guard socket >= 0 else { return CURL_SOCKET_BAD }
    opened += 1
    // A connection that others share as well must not stay when its peer is gone: what was sent and is not
    // acknowledged after so long breaks it. An answer may take longer. Without the option it works, too.
    var patience: Int32 = 30_000
    setsockopt(
      socket, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, &patience, socklen_t(MemoryLayout<Int32>.size))
    return socket
  }

  static let lookAtAddress: curl_prereq_callback = { context, address, _, _, _ in
    guard let transfer = Transfer.of(context), let address,
      let address = NetworkAddress(String(cString: address)), transfer.admits(address)
    else { return CURL_PREREQFUNC_ABORT }
    return CURL_PREREQFUNC_OK
  }

  private func admits(_ address: NetworkAddress) -> Bool {
    guard let refusal = request.refusal?(address) else { return true }
    let sentence = "\(address) \(refusal)"
    if !refusals.contains(sentence) { refusals.append(sentence) }
    return false
  }
}
