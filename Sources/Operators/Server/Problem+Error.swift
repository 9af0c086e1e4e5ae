import ParcelStore
import Views

extension Problem {
  /// The one place where an error becomes a status.
  package init(_ error: any Error) {
    switch error {
    case let problem as Problem: self = problem
    case let fault as QuestionFault:
      self = .badParameter("\(fault)")
      cause = fault.kind.map(Cause.question)
    case let notFound as NotFound:
      self.init(404, "\(notFound)", exitStatus: 66)
      cause = notFound.kind.map(Cause.missing)
    case let error as StoreError:
      // The sentence names the store's path, which only its readers know; they read this.
      self = .unavailable("\(error)", exitStatus: 74)
    case is CancellationError:
      self = .unavailable("the answer took too long, or colisd is stopping; try again")
    default: self.init(500, "\(error)", exitStatus: 70)
    }
  }
}
