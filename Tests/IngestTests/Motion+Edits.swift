import Carrier
import Contract
import Ingest
import ParcelStore
import TestSupport
import Testing

/// What merchants do to their contracts.
extension Motion {
  mutating func pick<T>(_ choices: [T]) -> T {
    choices[Int.random(in: choices.indices, using: &random)]
  }

  mutating func edit() {
    for _ in 0..<Int.random(in: 1...3, using: &random) { editOnce() }
    story.append("edited")
  }

  mutating func editOnce() {
    let kind = pick(ServiceKind.allCases.filter { $0 != .returns })
    guard !drafts.isEmpty, Int.random(in: 0..<5, using: &random) > 0 else {
      let id = "c\(Int.random(in: 0..<3, using: &random))"
      guard !drafts.contains(where: { $0.id == id }) else { return }
      drafts.append(Draft(id: id, pairs: [kind: pick(Self.accounts)]))
      return
    }
    let index = Int.random(in: drafts.indices, using: &random)
    drafts[index].version &+= 1
    switch Int.random(in: 0..<23, using: &random) {
    case 0: drafts[index].isActive.toggle()
    case 1: drafts[index].plan = pick(["free", "lite", "growth", "premium"])
    case 2, 3:
      let day = CalendarDay(at: clock.now + pick([-1, 0, 0, 1]) * 86_400).description
      drafts[index].requested = pick([nil, "2026-01-01", day, day])
    case 4: drafts[index].silence = pick([nil, "1h", "9d"])
    case 5: drafts[index].hasUsername.toggle()
    case 6: drafts.remove(at: index)
    case 7: give(drafts[index].firstPair, to: pick(Array(drafts.indices)), kind)
    case 8: drafts[index].pairs[kind] = nil
    case 9..<16: give(pick(Self.accounts), to: index, kind)
    case 16, 17:
      // Another name for the file, which keeps all that stands in it.
      let id = "c\(Int.random(in: 0..<6, using: &random))"
      guard !drafts.contains(where: { $0.id == id }) else { break }
      drafts[index].id = id
      figures.renamings += 1
    case 18, 19:
      // Two services share a pair.
      if let account = drafts[index].firstPair { drafts[index].pairs[kind] = account }
    case 20, 21:
      // Two services exchange theirs.
      let other = pick(ServiceKind.allCases.filter { $0 != .returns })
      let pairs = drafts[index].pairs
      (drafts[index].pairs[kind], drafts[index].pairs[other]) = (pairs[other], pairs[kind])
    default:
      let draft = drafts[index]
      drafts[index] = Draft(
        id: draft.id, requested: today.description, pairs: draft.pairs, version: draft.version)
    }
  }

  /// Gives an account to a service; mostly it is taken from the one that has it.
  mutating func give(_ account: AccountPair?, to index: Int, _ kind: ServiceKind) {
    guard let account else { return }
    let isTaken = Int.random(in: 0..<5, using: &random) > 0
    for other in drafts.indices where isTaken || other == index {
      drafts[other].pairs = drafts[other].pairs.filter { $0.value != account }
    }
    drafts[index].pairs[kind] = account
  }
}

extension Draft {
  /// The same in every run.
  fileprivate var firstPair: AccountPair? {
    pairs.min { $0.key.rawValue < $1.key.rawValue }?.value
  }
}
