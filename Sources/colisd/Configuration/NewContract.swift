import Contract
import Foundation

/// Writes a contract with its new secrets: all of it, or nothing.
struct NewContract {
  let draft: ContractDraft
  let path: String
  let text: String

  /// - Parameter secrets: the values of `draft.newSecrets`.
  func write(_ secrets: [ContractDraft.NewSecret: String], _ keeper: SecretKeeper) throws {
    try UninterruptedWork.run {
      var keeper = keeper
      let hidden = NewFile.draftPath(of: path)
      do {
        for secret in draft.newSecrets {
          if UninterruptedWork.isAskedToStop { throw UninterruptedWork.Stopped() }
          try keeper.keep(secrets[secret] ?? "", as: secret.name(in: draft.id))
        }
        try NewFile.write(text, to: hidden, mode: 0o644)
        try expectReadsBack(hidden)
        if UninterruptedWork.isAskedToStop { throw UninterruptedWork.Stopped() }
        try NewFile.publish(hidden, as: path)
      } catch {
        unlink(hidden)
        keeper.takeBack()
        throw error
      }
    }
  }

  /// What was written has to say what was meant, to the reader that everything else uses.
  private func expectReadsBack(_ file: String) throws(ConfigurationError) {
    let written = ContractFile(path: file, id: "")
    let (meant, read) = (draft.contract, written.contract)
    let isSame =
      written.problems.isEmpty && read?.id == meant.id && read?.name == meant.name
      && read?.plan == meant.plan && read?.isActive == meant.isActive
      && read?.requested == meant.requested && read?.silence == meant.silence
      && read?.services.map(Reading.init) == meant.services.map(Reading.init)
    guard isSame else {
      throw ConfigurationError([
        ConfigurationProblem(
          file: path, place: nil,
          sentence:
            "a value cannot be written so that it is read back as it was given; nothing was "
            + "written" + (written.problems.first.map { ": \($0.sentence)" } ?? ""))
      ])
    }
  }

  private struct Reading: Equatable {
    var kind: ServiceKind
    var texts: [String?]
    var hasControlKey: Bool

    init(_ service: ContractService) {
      kind = service.kind
      texts = [service.username, service.account, service.accountID]
      hasControlKey = service.hasControlKey
    }
  }
}
