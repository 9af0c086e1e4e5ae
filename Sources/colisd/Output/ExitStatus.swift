import Ingest
import Operators
import ParcelStore
import SFTP
import SSH
import Views

/// How the process ends (sysexits.h); scripts depend on these.
enum ExitStatus: Int32, Error, Sendable {
  case done = 0
  /// Done, but a file failed or lines were rejected.
  case incomplete = 65
  /// No such parcel, file, contract or endpoint.
  case notFound = 66
  case unreachable = 69
  case bug = 70
  /// Disk full, database.
  case localIO = 74
  /// Another instance holds the store's lease, or works with a store that is copied; try later.
  case leased = 75
  case hostKeyRefused = 76
  /// Login or permission refused.
  case refused = 77
  case configuration = 78

  /// Of several faults a run ends with the most serious one: first those that stop everything, then those
  /// that somebody has to mend, then those that may pass by themselves.
  var seriousness: Int {
    switch self {
    case .bug: 9
    case .localIO: 8
    case .leased: 7
    case .configuration: 6
    case .hostKeyRefused: 5
    case .refused: 4
    case .unreachable: 3
    case .notFound: 2
    case .incomplete: 1
    case .done: 0
    }
  }

  /// The one place where an error becomes an exit code.
  init(_ error: any Error) {
    self =
      switch error {
      case let status as ExitStatus: status
      case let fault as DaemonSocketFault: fault.status
      case let fault as SourceFault: ExitStatus(fault.error)
      case is ConfigurationError, is MapConflict: .configuration
      case is NotFound: .notFound
      case is UntakenTest: .unreachable
      case is OutputFile.Failure, is ListenFault: .localIO
      case let error as RawFileFault:
        switch error.kind {
        case .damaged: .localIO
        case .gone: .notFound
        case .unreadable: .incomplete
        }
      case let error as LocalFiles.ReadError: error.isMissing ? .notFound : .localIO
      case let error as StoreError: error.kind == .leased ? .leased : .localIO
      case let error as SSHError:
        switch error.kind {
        case .hostKeyRefused: .hostKeyRefused
        case .loginRefused: .refused
        case .localKey: .configuration
        case .outOfResources: .localIO
        case .unreachable, .timedOut, .disconnected, .protocolFailure, .cancelled: .unreachable
        }
      case let error as SFTPError:
        switch error.kind {
        case .permissionDenied, .noSuchFile: .refused
        case .failure, .protocolViolation, .timedOut, .connectionLost, .changedWhileReading,
          .endedEarly, .cancelled:
          .unreachable
        }
      default: .bug
      }
  }
}
