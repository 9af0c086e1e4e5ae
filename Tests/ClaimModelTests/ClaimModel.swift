/// How several workers share the files of a drop: claims, leases, takeover, the fence in a commit, and post-actions.
/// The steps have the names of the code that they stand for; docs/scale.md, "The claims as a model".
///
/// A process is stopped and goes on at any time: between two steps of one, others may do as many as they like. Each step is
/// atomic where the database or the server makes it so.
struct ClaimModel: StateMachine, Sendable {
  var workers = 2
  var files = 1
  /// Parts a file, each in a commit of its own.
  var parts: UInt8 = 2
  var carrier = Carrier.isDone
  /// Whether a process may be stopped between its lease check and the rename, where nothing can keep it.
  var stopsBeforeRename = false
  /// Whether processes are also killed and started again. Without, there are a third of the states.
  var areKilled = true
  var omission: Omission?

  /// What the carrier does after a first file is in the store.
  enum Carrier {
    case isDone
    /// It puts another file under a name once the first is gone.
    case usesNamesAgain
    /// It also writes over a file, but not in the moment in which somebody moves it.
    case writesOver
  }

  /// What the code does and this model leaves out, so that one sees that the search finds it.
  enum Omission: CaseIterable {
    /// A commit does not ask for its claim.
    case fence
    /// The rows of the queue are not locked until the commit has ended.
    case lockOfTheFence
    /// The fence compares workers only, not claims.
    case claimNumber
    /// The lease is not asked before the rename.
    case leaseCheck
    /// The file's size and time are not looked at before it is moved.
    case stat
    /// A claim takes files that were read since they were queued.
    case dropRead
    /// A reading that broke off is done again on top of the counts of the first.
    case countsBeginAnew
    /// A poll does not begin by releasing what the process could not release before.
    case releaseAtTheStart
  }

  /// What must never happen.
  enum Property: Sendable {
    /// A commit writes for a file that was taken over or released since.
    case commitsWithoutClaim
    /// A file is final, and its counts are not those of its events.
    case countsWrongly
    /// A final file is claimed, or gets a second row in the ledger.
    case readsAgain
    /// A file is moved before it is final.
    case movesUnread
  }

  enum Kind: String, Sendable {
    case takesDuty, helps, findsNothing, queueDeletes, queueInserts, claims, claimAnswerIsLost,
      commitAsksClaim, commitEnds, answerIsLost, lostCommitEnds, lostCommitFails,
      connectionIsLost, releases, releaseFails, waitsNoMore, readsMore, looks, asksLease, renames,
      mayNotAct, notes, givesBack, leaseEndsByItsOwnClock, leaseEnds, renews, isKilled,
      killedOneIsGone,
      carrierWrites
  }

  /// Who does what.
  struct Step: CustomStringConvertible, Sendable {
    var worker: Int
    var kind: Kind

    var description: String { worker == 0 ? kind.rawValue : "\(worker) \(kind.rawValue)" }
  }

  var start: ClaimState {
    var state = ClaimState()
    for index in files..<3 { state.files[index].inPlace = 0 }
    return state
  }

  func isGood(_ state: ClaimState) -> Bool {
    (0..<files).allSatisfy { index in
      let file = state.files[index]
      return file.inPlace == 0
        && (1...file.newest).allSatisfy { file[$0].isFinal && !file[$0].isToBeMoved }
    }
  }

  func steps(from state: ClaimState) -> [Taken<Self>] {
    var steps: [Taken<Self>] = []
    for index in 0..<workers {
      var worker = ClaimWorker(self, index)
      worker.stepsOfPoll(state)
      worker.stepsOfCommit(state)
      worker.stepsOfMoving(state)
      worker.stepsOfLease(state)
      steps += worker.taken
    }
    for index in 0..<files {
      var next = state
      guard write(&next, index) else { continue }
      let step = Step(worker: 0, kind: .carrierWrites)
      steps.append(Taken(step: step, state: next, broken: nil, isWork: false))
    }
    return steps
  }

  /// Puts another content under a name.
  private func write(_ state: inout ClaimState, _ index: Int) -> Bool {
    let file = state.files[index]
    guard carrier != .isDone, file.newest == 1, file.one.isFinal else { return false }
    if file.inPlace != 0 {
      guard carrier == .writesOver else { return false }
      let isBeingMoved = (0..<workers).contains { worker in
        let process = state.processes[worker]
        return process.mayAct && Int(process.file) == index
          && [.looked, .asked].contains(process.place)
      }
      if isBeingMoved { return false }
    }
    state.files[index].inPlace = 2
    state.files[index].newest = 2
    return true
  }
}

extension ClaimState {
  /// `Worker.isFree`.
  func isFree(_ worker: Number) -> Bool {
    switch worker {
    case 0: true
    case 1...3: processes[Int(worker) - 1].lease == .over
    // Of a process that was killed; it is forgotten when its lease is over.
    default: false
    }
  }

  /// Calls each claim by its file, and 0 what is no more. Numbers are only compared, and each is given once, so this
  /// changes nothing but the count of states.
  mutating func nameClaims() {
    let files = files
    var used: UInt8 = 0
    func name(_ reading: inout Reading) {
      guard reading.claim != 0 else { return }
      let isCurrent = reading.claim == files[Int(reading.file)].queued.claim
      reading.claim = isCurrent ? reading.file + 1 : 0
      if isCurrent { used |= 1 << reading.file }
    }
    for index in 0..<3 {
      name(&processes[index].first)
      name(&processes[index].second)
      name(&processes[index].commit.reading)
      name(&processes[index].orphan.reading)
    }
    for index in 0..<3 {
      self.files[index].queued.claim = used & 1 << UInt8(index) != 0 ? UInt8(index) + 1 : 0
    }
  }

  /// Forgets killed processes that have nothing any more.
  mutating func forgetKilled() {
    for index in 0..<3 where processes[index].hasGhost {
      let ghost = UInt8(index) + 4
      guard duty != ghost, !(0..<3).contains(where: { files[$0].queued.worker == ghost }) else {
        continue
      }
      processes[index].hasGhost = false
      for file in 0..<3 {
        if files[file].one.reader == ghost { files[file].one.reader = 0 }
        if files[file].two.reader == ghost { files[file].two.reader = 0 }
      }
      if processes[index].orphan.worker == ghost { processes[index].orphan.worker = 0 }
    }
  }
}
