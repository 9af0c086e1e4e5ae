import Contract
import Ingest
import ParcelStore
import TestSupport
import Testing

/// Contracts that are edited and read again, files that arrive, days that pass and a process that dies,
/// in any order.
@Suite struct GateInMotionTests {
  @Test
  func whateverHappensInWhateverOrderExactlyWhatIsAllowedComesInAndOnce() async throws {
    var figures = Motion.Figures()
    for seed in Effort(rounds: Effort.isTorture ? 1_000 : 100) {
      var motion = try Motion(seed: UInt64(seed))
      do {
        for _ in 0..<10 { try await motion.move() }
        try await motion.end()
      } catch {
        Issue.record("seed \(seed): \(error)\n\(motion.story.joined(separator: "\n"))")
        return
      }
      figures += motion.figures
    }
    #expect(figures.deaths > 0 && figures.released > 0 && figures.held > 0)
    #expect(figures.skipped > 0 && figures.renamings > 0)
    Figures.note("gate.events", figures.events)
    Figures.note("gate.released", figures.released)
    Figures.note("gate.deaths", figures.deaths)
    Figures.note("gate.sequences", figures.sequences)
  }
}
