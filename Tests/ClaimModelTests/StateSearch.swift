/// A system as a set of states and of steps between them.
protocol StateMachine {
  associatedtype State: Hashable
  associatedtype Step: Sendable
  associatedtype Property: Hashable, Sendable

  var start: State { get }

  /// Each step that is possible in a state.
  func steps(from state: State) -> [Taken<Self>]

  /// Whether all work is done and done well.
  func isGood(_ state: State) -> Bool
}

/// A step that was taken.
struct Taken<Machine: StateMachine> {
  var step: Machine.Step
  var state: Machine.State
  /// What must never happen, and has happened by this step.
  var broken: Machine.Property?
  /// Whether it is a step of the work. Faults are not, nor is what others do in their own time.
  var isWork: Bool
}

/// All states that a machine can reach, breadth first. So the first trace to a broken property is a shortest one.
struct StateSearch<Machine: StateMachine>: Sendable {
  private(set) var states = 0
  private(set) var transitions = 0
  /// How each broken property was broken first.
  private(set) var traces: [Machine.Property: [Machine.Step]] = [:]
  /// How the first state was reached from which work alone leads to no good state; nil: there is none.
  private(set) var deadEnd: [Machine.Step]?

  /// - Parameter enough: a property whose first trace ends the search; nil: all states are looked at.
  init(_ machine: Machine, until enough: Machine.Property? = nil) {
    var numbers: [Machine.State: Int32] = [machine.start: 0]
    var queue = [machine.start]
    var came: [(from: Int32, by: Machine.Step)?] = [nil]
    var work: [(from: Int32, to: Int32)] = []
    var next = 0
    while next < queue.count {
      let from = Int32(next)
      for taken in machine.steps(from: queue[next]) {
        transitions += 1
        if let broken = taken.broken, traces[broken] == nil {
          traces[broken] = Self.trace(to: from, came) + [taken.step]
        }
        let to: Int32
        if let known = numbers[taken.state] {
          to = known
        } else {
          to = Int32(queue.count)
          numbers[taken.state] = to
          queue.append(taken.state)
          came.append((from, taken.step))
        }
        if taken.isWork, to != from { work.append((from, to)) }
      }
      next += 1
      if let enough, traces[enough] != nil { break }
    }
    states = queue.count
    guard enough == nil else { return }
    let good = queue.map { machine.isGood($0) }
    deadEnd = Self.reaching(good, work).firstIndex(of: false).map {
      Self.trace(to: Int32($0), came)
    }
  }

  private static func trace(
    to state: Int32, _ came: [(from: Int32, by: Machine.Step)?]
  ) -> [Machine.Step] {
    var steps: [Machine.Step] = []
    var at = Int(state)
    while let (from, step) = came[at] {
      steps.append(step)
      at = Int(from)
    }
    return steps.reversed()
  }

  /// From which states some edges lead to one of the good ones.
  private static func reaching(_ good: [Bool], _ edges: [(from: Int32, to: Int32)]) -> [Bool] {
    // The edges by where they lead to: those to n are at places[n]..<places[n + 1] of `sources`.
    var places = [Int](repeating: 0, count: good.count + 1)
    for edge in edges { places[Int(edge.to) + 1] += 1 }
    for index in good.indices { places[index + 1] += places[index] }
    var sources = [Int32](repeating: 0, count: edges.count)
    var filled = places
    for edge in edges {
      sources[filled[Int(edge.to)]] = edge.from
      filled[Int(edge.to)] += 1
    }
    var reaches = good
    var open = good.indices.filter { good[$0] }
    while let to = open.popLast() {
      for source in sources[places[to]..<places[to + 1]] where !reaches[Int(source)] {
        reaches[Int(source)] = true
        open.append(Int(source))
      }
    }
    return reaches
  }
}
