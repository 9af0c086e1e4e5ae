/// Post-actions and leases, by the code of `PostActions` and `Worker`.
extension ClaimWorker {
  // MARK: Post-actions

  mutating func stepsOfMoving(_ state: ClaimState) {
    var next = state
    switch state.processes[index].place {
    case .moving:
      if !look(state) {
        endPoll(&next)
        take(.givesBack, next)
      }
    case .looked:
      guard state.processes[index].mayAct || model.omission == .leaseCheck else {
        // The file waits for the next poll, and so do the others: the answer is the same for them.
        endPoll(&next)
        take(.mayNotAct, next)
        return
      }
      if model.stopsBeforeRename {
        next.processes[index].place = .asked
        take(.asksLease, next)
      } else {
        rename(state)
      }
    case .asked: rename(state)
    case .moved:
      let process = state.processes[index]
      next.files[Int(process.file)][process.content].isToBeMoved = false
      next.processes[index].place = .moving
      take(.notes, next)
    default: return
    }
  }

  /// `PostActions.perform`.
  /// - Returns: whether something is to be done.
  private mutating func look(_ state: ClaimState) -> Bool {
    let listed = state.processes[index].listed
    for file in 0..<model.files {
      for content in 1...state.files[file].newest where state.files[file][content].isToBeMoved {
        var next = state
        let inPlace = model.omission == .stat ? listed[file] : state.files[file].inPlace
        if inPlace == content {
          // The filters have changed, or it came after the listing.
          guard listed[file] != 0 else { continue }
          next.processes[index].place = .looked
          (next.processes[index].file, next.processes[index].content) = (UInt8(file), content)
        } else {
          // It is gone, or another file is there now.
          next.files[file][content].isToBeMoved = false
        }
        take(.looks, next)
        return true
      }
    }
    return false
  }

  private mutating func rename(_ state: ClaimState) {
    var next = state
    let file = Int(state.processes[index].file)
    let content = state.files[file].inPlace
    // Nothing there: somebody else has moved it.
    let isUnread = content != 0 && !state.files[file][content].isFinal
    next.files[file].inPlace = 0
    next.processes[index].place = .moved
    take(.renames, next, breaking: isUnread ? .movesUnread : nil)
  }

  // MARK: Leases

  mutating func stepsOfLease(_ state: ClaimState) {
    let process = state.processes[index]
    var next = state
    switch process.lease {
    case .current:
      next.processes[index].lease = .overByItsOwnClock
      next.processes[index].mayAct = false
      take(.leaseEndsByItsOwnClock, next, isWork: false)
    case .overByItsOwnClock:
      next.processes[index].lease = .over
      take(.leaseEnds, next, isWork: false)
    case .over: break
    }
    if process.lease != .current {
      next = state
      next.processes[index].lease = .current
      take(.renews, next)
    }
    if process.hasGhost {
      next = state
      replace(ghost, by: 0, &next)
      next.processes[index].hasGhost = false
      take(.killedOneIsGone, next)
    } else if model.areKilled {
      kill(state)
    }
  }

  /// The number of the process that was killed; the one that is started in its place gets the number in this model.
  private var ghost: ClaimState.Number { UInt8(index) + 4 }

  private mutating func kill(_ state: ClaimState) {
    var next = state
    let process = state.processes[index]
    // The search would not end if there was any number of them.
    guard !process.commit.isOpen || !process.orphan.isOpen else { return }
    var fresh = ClaimState.Process()
    fresh.orphan = process.commit.isOpen ? process.commit : process.orphan
    let hasSomething =
      state.duty == number
      || (0..<model.files).contains { state.files[$0].queued.worker == number }
    fresh.hasGhost = process.lease != .over && hasSomething
    next.processes[index] = fresh
    replace(number, by: fresh.hasGhost ? ghost : 0, &next)
    take(.isKilled, next, isWork: false)
  }

  private func replace(
    _ old: ClaimState.Number, by new: ClaimState.Number, _ state: inout ClaimState
  ) {
    if state.duty == old { state.duty = new }
    for file in 0..<model.files {
      if state.files[file].queued.worker == old { state.files[file].queued.worker = new }
      if state.files[file].one.reader == old { state.files[file].one.reader = new }
      if state.files[file].two.reader == old { state.files[file].two.reader = new }
    }
    if state.processes[index].orphan.worker == old { state.processes[index].orphan.worker = new }
  }
}
