/// Why a server could not do what was asked of it.
///
/// The five characters of `state` are those of Appendix A of PostgreSQL's manual; a connection that broke has none.
public struct PostgresFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// What a caller can do about it.
  public enum Kind: Sendable, Hashable {
    /// No server answers, or the connection broke: try again later. Whether the last commit was done is not known.
    case unreachable
    /// The server is there and does not want us: user, password, TLS, database, rights.
    case refused
    /// The server starts, stops, or a standby answered where a primary was asked for: try again later.
    case unavailable
    /// Another transaction was in the way (40001, 40P01): the same transaction can be tried again at once.
    case conflict
    /// The server has no disk, memory or connection left.
    case exhausted
    /// A statement took longer than it may, or was cancelled.
    case cancelled
    /// A row breaks a rule of the schema.
    case violation
    /// Everything else: a fault of ours, or a schema that is not ours.
    case other
  }

  public let kind: Kind
  /// Of the server; nil: the fault is ours or the network's.
  public let state: String?
  /// In the server's or libpq's words, one line.
  public let message: String
  /// What was being done: `read the ledger`.
  public var action: String?

  public init(_ kind: Kind, _ message: String, state: String? = nil) {
    self.kind = kind
    self.state = state
    self.message = message
  }

  public var description: String {
    let place = action.map { "cannot \($0): " } ?? ""
    return place + message + (state.map { " (\($0))" } ?? "")
  }
}

extension PostgresFault.Kind {
  /// - Parameter state: five characters, as the server sent them.
  init(state: String) {
    self =
      switch state {
      case "40001", "40P01": .conflict
      // Of statement_timeout, or of lock_timeout.
      case "57014", "55P03": .cancelled
      // The database is dropped, or the session was ended by an administrator, a stop, or because it was silent.
      case "57P01", "57P02", "57P03", "57P05", "25P03", "25006": .unavailable
      default:
        switch state.prefix(2) {
        case "08": .unreachable
        case "28", "3D": .refused
        case "53": .exhausted
        case "23": .violation
        default: state == "42501" ? .refused : .other
        }
      }
  }
}
