import ArgumentParser
import ParcelStore
import Views

/// `colisd webhooks resume`: asks an endpoint again at once.
struct WebhooksResumeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Ask an endpoint again at once that is stopped or does not take what it is sent.",
    discussion: """
      What waits for it is tried now; what is parked stays. May be given while the daemon runs.
      """)

  @OptionGroup var chosen: EndpointOptions

  func run() async throws {
    let found = try await chosen.find()
    // Before: a daemon that runs delivers them at once.
    let waiting = try await found.store.openDeliveryCounts(of: chosen.name).waiting
    guard let record = found.record,
      try await found.store.resume(chosen.name, at: currentTime())
    else {
      StandardOutput.writeLine(
        singleLine("nothing was delivered to \(chosen.name) yet, so there is nothing to resume")
          + found.hindrance)
      return
    }
    let behind = max(0, try await found.store.lastSeq() - record.position)
    let lookedAt = "\(countedEntries(behind)) to be looked at" + found.hindrance
    guard record.stoppedAt != nil || record.outage != nil || waiting == 0 else {
      let what =
        waiting == 1
        ? "1 waiting entry of \(chosen.name) is"
        : "\(groupedNumber(waiting)) waiting entries of \(chosen.name) are"
      StandardOutput.writeLine(singleLine("\(what) tried now; ") + lookedAt)
      return
    }
    let what =
      if let stoppedAt = record.stoppedAt {
        "is asked again: it was stopped since \(TextForm.time(stoppedAt))"
      } else if let outage = record.outage {
        "is asked again now: it has taken nothing since \(TextForm.time(outage.since))"
      } else {
        "was neither stopped nor failing"
      }
    StandardOutput.writeLine(
      singleLine("\(chosen.name) \(what); ")
        + "\(countedEntries(waiting)) to be tried again, " + lookedAt)
  }
}
