import Foundation
import TestSupport
import Testing

/// Four workers to which everything happens that can.
@Suite(
  .serialized, .openSSH(),
  .postgreSQL(settings: [
    "fsync=off", "full_page_writes=off",
    // Sessions of a worker that was killed end soon.
    "client_connection_check_interval=1s",
  ]))
struct WorkersTortureTests {
  @Test func whateverHappensToWorkersEveryEventIsStoredOnce() async throws {
    let turmoil = try await WorkerTurmoil(OpenSSHServer.current, PostgreSQLServer.current)
    for round in Effort(rounds: 1) {
      // What is at random here is the same for the same seed; what the machine makes of it is not.
      let seed = UInt64(1 + round) * 1_000
      let comment: Comment = "seed \(seed)"
      try await turmoil.rage(
        for: .seconds(15), files: Effort.isTorture && round == 0 ? 2_000 : 200, seed: seed)
      try await turmoil.expectAllCounted(comment)
    }
    let state = turmoil.figures
    #expect(state.kills > 4 && state.stops > 4, "\(state.kills) \(state.stops)")
    #expect(state.cuts >= WorkerTurmoil.fewestCuts, "\(state.cuts)")
    Figures.note("workers.kills", state.kills)
    Figures.note("workers.stops", state.stops)
    Figures.note("workers.cuts", state.cuts)
    Figures.note("workers.files", state.files)
    Figures.note("workers.events", state.events.count)
  }
}
