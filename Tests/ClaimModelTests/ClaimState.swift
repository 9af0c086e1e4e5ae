/// What is in the database, in the drop, and in the memory of each process.
struct ClaimState: Hashable {
  /// Processes of colisd are numbered from 1. 0: nobody, or somebody who is gone.
  typealias Number = UInt8

  var files: Several<DropFile>
  var processes: Several<Process>
  /// `duty.worker` of the source.
  var duty: Number = 0

  /// Up to three; a struct, as an array would cost an allocation a state.
  struct Several<Element: Hashable>: Hashable {
    private var (first, second, third): (Element, Element, Element)

    init(_ element: Element) { (first, second, third) = (element, element, element) }

    static func == (one: Self, other: Self) -> Bool {
      one.first == other.first && one.second == other.second && one.third == other.third
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(first)
      hasher.combine(second)
      hasher.combine(third)
    }

    subscript(_ index: Int) -> Element {
      get { index == 0 ? first : index == 1 ? second : third }
      set {
        switch index {
        case 0: first = newValue
        case 1: second = newValue
        default: third = newValue
        }
      }
    }
  }

  /// A name in the drop. Its content is called 1, and 2 if the carrier has put another there. 0: nothing.
  struct DropFile: Hashable {
    var inPlace: UInt8 = 1
    var newest: UInt8 = 1
    /// `file_queue`.
    var queued = Queued()
    /// `file` with its events: content 1, and content 2.
    var (one, two) = (LedgerRow(), LedgerRow())

    subscript(_ content: UInt8) -> LedgerRow {
      get { content == 1 ? one : two }
      set { if content == 1 { one = newValue } else { two = newValue } }
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(inPlace << 2 | newest)
      hasher.combine(queued)
      hasher.combine(one)
      hasher.combine(two)
    }
  }

  /// A row of `file_queue`; content 0: none.
  struct Queued: Hashable {
    var content: UInt8 = 0
    var worker: Number = 0
    /// 0: NULL.
    var claim: UInt8 = 0

    func hash(into hasher: inout Hasher) { hasher.combine(content << 6 | worker << 3 | claim) }
  }

  /// A row of `file`, and which of the file's events are in `event`. Each part has one row.
  struct LedgerRow: Hashable {
    var exists = false
    var isInHand = false
    var isFinal = false
    /// Whether the file is still to be moved to the archive.
    var isToBeMoved = false
    var reader: Number = 0
    var rows: Int8 = 0
    var eventsNew: Int8 = 0
    var eventsRepeated: Int8 = 0
    /// A bit a part.
    var events: UInt8 = 0

    func hash(into hasher: inout Hasher) {
      let flags =
        (exists ? 1 : 0) | (isInHand ? 2 : 0) | (isFinal ? 4 : 0) | (isToBeMoved ? 8 : 0)
      hasher.combine(
        flags | Int(reader) << 4 | Int(rows) << 8 | Int(eventsNew) << 16
          | Int(UInt8(bitPattern: eventsRepeated)) << 24 | Int(events) << 32)
    }
  }

  /// A file that a process has claimed and fetched, and the part that it commits next; part 0: nothing.
  struct Reading: Hashable {
    var part: UInt8 = 0
    var file: UInt8 = 0
    var content: UInt8 = 0
    var claim: UInt8 = 0

    var bits: Int { Int(part) | Int(file) << 4 | Int(content) << 8 | Int(claim) << 12 }
  }

  /// A transaction that commits a part. It has checked the fence, and can end well or not.
  struct Commit: Hashable {
    var reading = Reading()
    var worker: Number = 0
    /// Whether the claim was held.
    var isHeld = false

    var isOpen: Bool { reading.part > 0 }
    var bits: Int { reading.bits | Int(worker) << 16 | (isHeld ? 1 << 20 : 0) }
  }

  /// Until when a process is alive for the others.
  enum Lease: UInt8 {
    case current
    /// Its own clock says that it has ended, the database's does not yet.
    case overByItsOwnClock
    case over
  }

  /// Where a process is in a poll.
  enum Place: UInt8 {
    case idle
    /// It has the duty, and has listed the drop.
    case listed
    /// It has deleted what waited, and has seen what is final.
    case queueing
    /// It claims and commits.
    case reading
    /// It has the duty, and waits for what others read.
    case waiting
    /// It has the duty, and moves files.
    case moving
    /// It has looked at a file that is to be moved.
    case looked
    /// It has asked its lease, and calls rename next.
    case asked
    /// It has moved it, and notes that in the ledger next.
    case moved
    /// Its poll has failed.
    case failed
  }

  struct Process: Hashable {
    var place = Place.idle
    var lease = Lease.current
    /// Whether it lists in this poll.
    var isLister = false
    /// `DutyHold.isCurrent`.
    var mayAct = false
    /// What its listing shows by file.
    var listed = Several<UInt8>(0)
    /// The files that it queues next; a bit each.
    var toQueue: UInt8 = 0
    /// The file that is being moved, and the content by whose row in the ledger.
    var (file, content): (UInt8, UInt8) = (0, 0)
    /// Its group of parts that are not committed yet, in order.
    var (first, second) = (Reading(), Reading())
    var commit = Commit()
    /// A commit of which nobody waits for the answer any more.
    var orphan = Commit()
    /// Whether the process that was killed here before is alive for the others.
    var hasGhost = false

    func hash(into hasher: inout Hasher) {
      let flags = (isLister ? 1 : 0) | (mayAct ? 2 : 0) | (hasGhost ? 4 : 0)
      let seen = Int(listed[0]) | Int(listed[1]) << 2 | Int(listed[2]) << 4
      hasher.combine(
        flags | Int(place.rawValue) << 4 | Int(lease.rawValue) << 8 | seen << 12 | Int(file) << 20
          | Int(content) << 24 | Int(toQueue) << 28)
      hasher.combine(first.bits | second.bits << 32)
      hasher.combine(commit.bits | orphan.bits << 32)
    }
  }

  init() {
    files = Several(DropFile())
    processes = Several(Process())
  }
}
