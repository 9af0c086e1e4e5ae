/// The steps of one process in a poll, by the code of `Drainer`, `DropReading` and `FileQueue`.
struct ClaimWorker {
  let model: ClaimModel
  let index: Int
  private(set) var taken: [Taken<ClaimModel>] = []
  var number: ClaimState.Number { UInt8(index) + 1 }
  /// A claim that nobody has yet; see `ClaimState.nameClaims`.
  private static let newClaim: UInt8 = 7

  init(_ model: ClaimModel, _ index: Int) { (self.model, self.index) = (model, index) }

  /// - Parameter isWork: false for a fault.
  mutating func take(
    _ kind: ClaimModel.Kind, _ state: ClaimState, breaking broken: ClaimModel.Property? = nil,
    isWork: Bool = true
  ) {
    var state = state
    state.nameClaims()
    state.forgetKilled()
    let step = ClaimModel.Step(worker: index + 1, kind: kind)
    taken.append(Taken(step: step, state: state, broken: broken, isWork: isWork))
  }

  /// Whether an open commit has locked the row of a file in the queue.
  func isLocked(_ file: Int, _ state: ClaimState) -> Bool {
    if model.omission == .fence || model.omission == .lockOfTheFence { return false }
    func locks(_ commit: ClaimState.Commit) -> Bool {
      commit.isOpen && commit.isHeld && Int(commit.reading.file) == file
    }
    return (0..<model.workers).contains {
      locks(state.processes[$0].commit) || locks(state.processes[$0].orphan)
    }
  }

  // MARK: A poll

  mutating func stepsOfPoll(_ state: ClaimState) {
    let process = state.processes[index]
    switch process.place {
    case .idle: begin(state)
    case .listed: queueDeletes(state)
    case .queueing: queueInserts(state)
    case .reading: read(state)
    case .waiting: wait(state)
    case .failed: giveBackAll(state)
    case .moving, .looked, .asked, .moved: break
    }
  }

  /// `Duties.take`, and the listing or `Drainer.help`.
  private mutating func begin(_ state: ClaimState) {
    if state.duty == number || state.isFree(state.duty) {
      var next = state
      next.duty = number
      next.processes[index].isLister = true
      next.processes[index].mayAct = state.processes[index].lease == .current
      for file in 0..<model.files {
        next.processes[index].listed[file] = state.files[file].inPlace
      }
      next.processes[index].place = .listed
      take(.takesDuty, next)
    }
    // Also if the duty is free: another one may have done it a short while ago.
    var next = state
    if model.omission != .releaseAtTheStart { release(&next) }
    if (0..<model.files).contains(where: { waits($0, next) }) {
      next.processes[index].place = .reading
      take(.helps, next)
    } else if next != state {
      take(.findsNothing, next)
    }
  }

  /// Whether a file waits by `Team.unread`.
  private func waits(_ file: Int, _ state: ClaimState) -> Bool {
    let queued = state.files[file].queued
    return queued.content != 0 && queued.worker != number && state.isFree(queued.worker)
  }

  /// What `Team.unread` does not count.
  private func isReadOrMine(_ file: Int, _ state: ClaimState) -> Bool {
    let queued = state.files[file].queued
    return queued.content == 0 || queued.worker == number
  }

  /// The first statement of `FileQueue.put`. What the second one takes for final, it sees now: it may be late.
  private mutating func queueDeletes(_ state: ClaimState) {
    var next = state
    for file in 0..<model.files {
      let queued = state.files[file].queued
      if queued.content != 0, state.isFree(queued.worker) {
        if isLocked(file, state) { return }
        next.files[file].queued = ClaimState.Queued()
      }
      let content = state.processes[index].listed[file]
      if content != 0, !state.files[file][content].isFinal {
        next.processes[index].toQueue |= 1 << UInt8(file)
      }
    }
    next.processes[index].place = .queueing
    take(.queueDeletes, next)
  }

  private mutating func queueInserts(_ state: ClaimState) {
    var next = state
    let process = state.processes[index]
    for file in 0..<model.files where process.toQueue & 1 << UInt8(file) != 0 {
      guard state.files[file].queued.content == 0 else { continue }
      next.files[file].queued.content = process.listed[file]
    }
    next.processes[index].toQueue = 0
    next.processes[index].place = .reading
    take(.queueInserts, next)
  }

  /// `DropReading.takeShared`; the commits are in `stepsOfCommit`.
  private mutating func read(_ state: ClaimState) {
    let process = state.processes[index]
    let isBusy = process.first.part > 0 || process.commit.isOpen
    if !isBusy || process.second.part == 0, claim(state, mayFail: !isBusy) { return }
    guard !isBusy else { return }
    var next = state
    release(&next)
    next.processes[index].place = process.isLister ? .waiting : .idle
    take(.releases, next)
    releaseFails(state)
  }

  /// `FileQueue.claim`: rows that are locked are passed over.
  /// - Returns: whether there is something to claim.
  private mutating func claim(_ state: ClaimState, mayFail: Bool) -> Bool {
    var next = state
    for file in 0..<model.files {
      let queued = state.files[file].queued
      guard queued.content != 0, state.isFree(queued.worker), !isLocked(file, state) else {
        continue
      }
      let isFinal = state.files[file][queued.content].isFinal
      if isFinal, model.omission != .dropRead {
        next.files[file].queued = ClaimState.Queued()
        continue
      }
      next.files[file].queued.worker = number
      next.files[file].queued.claim = Self.newClaim
      if mayFail {
        var lost = next
        lost.processes[index].place = .failed
        take(.claimAnswerIsLost, lost, isWork: false)
      }
      let reading = ClaimState.Reading(
        part: 1, file: UInt8(file), content: queued.content, claim: Self.newClaim)
      if next.processes[index].first.part == 0 {
        next.processes[index].first = reading
      } else {
        next.processes[index].second = reading
      }
      take(.claims, next, breaking: isFinal ? .readsAgain : nil)
      return true
    }
    guard next != state else { return false }
    take(.claims, next)
    return true
  }

  /// `Drainer.wait`: until all that was listed is read, by whomever.
  private mutating func wait(_ state: ClaimState) {
    var next = state
    if (0..<model.files).contains(where: { waits($0, state) }) {
      next.processes[index].place = .reading
      take(.readsMore, next)
    } else if (0..<model.files).allSatisfy({ isReadOrMine($0, state) }) {
      next.processes[index].place = .moving
      take(.waitsNoMore, next)
    }
  }

  // MARK: Its end

  /// `FileQueue.release`: rows that are locked are passed over.
  func release(_ state: inout ClaimState) {
    let old = state
    for file in 0..<model.files
    where old.files[file].queued.worker == number && !isLocked(file, old) {
      state.files[file].queued.worker = 0
      state.files[file].queued.claim = 0
    }
  }

  /// Also `Duties.giveBack`.
  func endPoll(_ state: inout ClaimState, givingBack: Bool = true) {
    if givingBack, state.duty == number { state.duty = 0 }
    var process = ClaimState.Process()
    let old = state.processes[index]
    (process.lease, process.orphan, process.hasGhost) = (old.lease, old.orphan, old.hasGhost)
    state.processes[index] = process
  }

  private mutating func giveBackAll(_ state: ClaimState) {
    releaseFails(state)
    var next = state
    release(&next)
    endPoll(&next)
    take(.releases, next)
  }

  /// The server is away just now.
  private mutating func releaseFails(_ state: ClaimState) {
    for givingBack in [true, false] {
      var next = state
      endPoll(&next, givingBack: givingBack)
      take(.releaseFails, next, isWork: false)
    }
  }

  /// Its group is lost. What it has claimed is given back next.
  func fail(_ state: inout ClaimState) {
    state.processes[index].first = ClaimState.Reading()
    state.processes[index].second = ClaimState.Reading()
    state.processes[index].commit = ClaimState.Commit()
    state.processes[index].place = .failed
  }
}
