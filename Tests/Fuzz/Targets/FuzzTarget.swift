/// One way into the program for bytes that anybody may have made, and what it promises of them all.
///
/// The fuzzer calls `run` with what it makes up, the tests with the inputs that are kept in `corpus`
/// and `cases`. A trap is as much a finding as a promise that does not hold.
package struct FuzzTarget: Sendable {
  package let name: String
  /// - Throws: which promise does not hold.
  package let run: @Sendable ([UInt8]) throws(BrokenPromise) -> Void

  package static let all: [FuzzTarget] = [
    FuzzTarget(name: "sftp", run: SFTPTalk.run),
    FuzzTarget(name: "readahead", run: ReadAheadTalk.run),
    FuzzTarget(name: "parser", run: ParserInput.run),
    FuzzTarget(name: "zip", run: ZIPInput.run),
    FuzzTarget(name: "knownhosts", run: KnownHostsInput.run),
    FuzzTarget(name: "hostpattern", run: HostPatternInput.run),
    FuzzTarget(name: "layout", run: LayoutInput.run),
    FuzzTarget(name: "statusmap", run: StatusMapInput.run),
    FuzzTarget(name: "contract", run: ContractInput.run),
    FuzzTarget(name: "config", run: ConfigurationInput.run),
  ]

  package static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}

/// A promise that does not hold, in words.
package struct BrokenPromise: Error, CustomStringConvertible {
  package let description: String
}

func promise(_ holds: Bool, _ what: @autoclosure () -> String) throws(BrokenPromise) {
  if !holds { throw BrokenPromise(description: what()) }
}

/// Compares what came out twice; shows where the two differ first.
func promiseSame<T: Equatable>(_ first: [T], _ second: [T], _ what: String) throws(BrokenPromise) {
  guard first != second else { return }
  let index = zip(first, second).enumerated().first { $1.0 != $1.1 }?.offset
  let place = index ?? min(first.count, second.count)
  func element(_ list: [T]) -> String {
    place < list.count ? String(String(describing: list[place]).prefix(300)) : "nothing"
  }
  throw BrokenPromise(
    description: "\(what): \(place) is \(element(first)), and then \(element(second))")
}
