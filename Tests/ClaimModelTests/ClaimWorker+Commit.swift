/// A commit of one part, by the code of `FileClaims`, `Ledger` and `FileQueue.end`.
extension ClaimWorker {
  private typealias Commit = ClaimState.Commit

  mutating func stepsOfCommit(_ state: ClaimState) {
    let process = state.processes[index]
    if process.commit.isOpen {
      endCommit(state)
    } else if process.place == .reading {
      askClaim(state)
      var next = state
      fail(&next)
      take(.connectionIsLost, next, isWork: false)
    }
    guard process.orphan.isOpen else { return }
    var next = state
    next.processes[index].orphan = Commit()
    take(.lostCommitFails, next)
    let broken = apply(process.orphan, &next)
    take(.lostCommitEnds, next, breaking: broken)
  }

  /// `FileQueue.held`: whoever has the claim has its row locked until the commit has ended.
  private mutating func askClaim(_ state: ClaimState) {
    let process = state.processes[index]
    let reading = process.first
    guard reading.part > 0 else { return }
    let queued = state.files[Int(reading.file)].queued
    let isHeld =
      switch model.omission {
      case .fence: true
      case .claimNumber: queued.worker == number
      default:
        reading.claim != 0 && queued.claim == reading.claim
          && queued.worker == number
      }
    var next = state
    if isHeld {
      if isLocked(Int(reading.file), state) { return }
      next.processes[index].commit = Commit(
        reading: reading, worker: number, isHeld: true)
    } else {
      // The part is refused. The next one comes all the same.
      advance(&next)
    }
    take(.commitAsksClaim, next)
  }

  private mutating func endCommit(_ state: ClaimState) {
    let process = state.processes[index]
    var next = state
    let broken = apply(process.commit, &next)
    next.processes[index].commit = Commit()
    advance(&next)
    take(.commitEnds, next, breaking: broken)

    guard !process.orphan.isOpen else { return }
    next = state
    fail(&next)
    next.processes[index].orphan = process.commit
    take(.answerIsLost, next, isWork: false)
  }

  /// Takes the part out of the group.
  private func advance(_ state: inout ClaimState) {
    state.processes[index].first.part += 1
    guard state.processes[index].first.part > model.parts else { return }
    state.processes[index].first = state.processes[index].second
    state.processes[index].second = ClaimState.Reading()
  }

  /// Writes a part, if the ledger takes it.
  private func apply(_ commit: ClaimState.Commit, _ state: inout ClaimState) -> ClaimModel.Property?
  {
    let reading = commit.reading
    let file = Int(reading.file)
    let queued = state.files[file].queued
    var row = state.files[file][reading.content]
    if reading.part == 1 {
      if row.isFinal { return row.reader == commit.worker ? .readsAgain : nil }
      begin(&row, by: commit.worker)
    } else {
      guard row.isInHand, row.reader == commit.worker else { return nil }
    }
    let bit: UInt8 = 1 << (reading.part - 1)
    row.rows += 1
    if row.events & bit == 0 { row.eventsNew += 1 } else { row.eventsRepeated += 1 }
    row.events |= bit
    let isCurrent =
      reading.claim != 0 && queued.claim == reading.claim && queued.worker == commit.worker
    var broken: ClaimModel.Property? = isCurrent ? nil : .commitsWithoutClaim
    if reading.part == model.parts {
      (row.isFinal, row.isInHand, row.isToBeMoved) = (true, false, true)
      let parts = Int8(model.parts)
      if row.rows != parts || row.eventsNew != parts || row.eventsRepeated != 0 {
        broken = .countsWrongly
      }
      if isCurrent || model.omission == .claimNumber {
        state.files[file].queued = ClaimState.Queued()
      }
    }
    state.files[file][reading.content] = row
    return broken
  }

  /// `FileClaims.begin` and `insert`.
  private func begin(_ row: inout ClaimState.LedgerRow, by worker: ClaimState.Number) {
    if row.exists, model.omission != .countsBeginAnew {
      (row.rows, row.eventsRepeated) = (0, -row.eventsNew)
    }
    (row.exists, row.isInHand, row.reader) = (true, true, worker)
  }
}
