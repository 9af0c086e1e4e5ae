import CLibPQ

/// Owns a connection of libpq. Dropping it closes the connection.
struct PostgresHandle: ~Copyable, @unchecked Sendable {
  let connection: OpaquePointer

  /// Waits until there is a connection or none, so it is not called on a thread of the cooperative pool: libpq looks
  /// up names and blocks for it.
  /// - Throws: `PostgresFault`: unreachable, refused or unavailable.
  static func open(_ settings: PostgresSettings) throws(PostgresFault) -> PostgresHandle {
    let connection = settings.withParameters { keywords, values in
      // The first value may be a URL, or a string of keywords and values.
      PQconnectdbParams(keywords, values, 1)
    }
    guard let connection else {
      throw PostgresFault(.exhausted, "there is no memory for a connection")
    }
    let handle = PostgresHandle(connection: connection)
    guard PQstatus(connection) == CONNECTION_OK else { throw handle.connectFault() }
    guard PQsetnonblocking(connection, 1) == 0 else { throw handle.lost() }
    // libpq would print what the server remarks, into the middle of our log.
    PQsetNoticeReceiver(connection, { _, _ in }, nil)
    return handle
  }

  deinit { PQfinish(connection) }

  /// libpq says in words alone why it has no connection, and the server's code is not kept.
  private borrowing func connectFault() -> PostgresFault {
    let message = message
    let refusals = [
      "password", "authentication", "pg_hba.conf", "role \"", "database \"", "no pg_hba",
      "certificate",
      "SSL", "service file", "invalid",
    ]
    let waits = [
      "starting up", "shutting down", "recovery mode", "read-only", "hot standby", "too many",
    ]
    if waits.contains(where: { message.contains($0) }) {
      return PostgresFault(.unavailable, message)
    }
    if refusals.contains(where: { message.contains($0) }) {
      return PostgresFault(.refused, message)
    }
    return PostgresFault(.unreachable, message)
  }

  /// That the connection broke.
  borrowing func lost() -> PostgresFault { PostgresFault(.unreachable, message) }

  /// What libpq said last, in one line.
  var message: String { oneLine(PQerrorMessage(connection).map { String(cString: $0) } ?? "") }

  var socket: Int32 { PQsocket(connection) }
}

/// libpq puts its advice on lines of their own, behind a tab.
func oneLine(_ text: String) -> String {
  text.split(whereSeparator: \.isNewline).map { $0.drop(while: \.isWhitespace) }
    .joined(separator: "; ")
}
