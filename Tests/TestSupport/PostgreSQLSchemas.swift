import Synchronization
import Testing

/// Takes the schemas that a test makes on the shared server away after it. So few of these tests run at a time that
/// there are sessions for all of them.
public struct PostgreSQLSchemas: TestTrait, SuiteTrait, TestScoping {
  /// The schemas of one test.
  final class List: Sendable {
    private let names = Mutex<[String]>([])

    var all: [String] { names.withLock { $0 } }

    func add(_ name: String) { names.withLock { $0.append(name) } }
  }

  @TaskLocal static var ofTest: List?

  /// A store has up to six sessions, and a test a few stores.
  private static let turns = Turns(12)

  /// A suite hands the trait down to each of its tests.
  public var isRecursive: Bool { true }

  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    guard testCase != nil else { return try await function() }
    let list = List()
    await Self.turns.take()
    let result: Result<Void, any Error>
    do {
      result = .success(try await Self.$ofTest.withValue(list) { try await function() })
    } catch {
      result = .failure(error)
    }
    // Without one the test needed no server, and starts none.
    if !list.all.isEmpty { try? await PostgreSQLServer.shared().drop(list.all) }
    await Self.turns.giveBack()
    try result.get()
  }
}

extension Trait where Self == PostgreSQLSchemas {
  /// For tests that make schemas by `PostgreSQLServer.shared().makeSchema()`.
  public static var postgreSQLSchemas: PostgreSQLSchemas { PostgreSQLSchemas() }
}

/// Lets a number of tasks go on at a time.
private actor Turns {
  private var free: Int
  private var waiting: ArraySlice<CheckedContinuation<Void, Never>> = []

  init(_ most: Int) { free = most }

  func take() async {
    if free > 0 {
      free -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  func giveBack() {
    if let next = waiting.popFirst() { next.resume() } else { free += 1 }
  }
}
