import Operators
import Synchronization
import Testing

/// Values that are found once a second for all who ask.
@Suite struct RecentTests {
  private final class Finds: Sendable {
    private let number = Mutex(0)

    func next() -> Int {
      number.withLock { number in
        number += 1
        return number
      }
    }

    var count: Int { number.withLock { $0 } }
  }

  /// Who asks first, and looks for as long as the test wants.
  private final class First: Sendable {
    let hasBegun = Mutex(false)
    let mayEnd = Mutex(false)
  }

  private let finds = Finds()

  @Test(.timeLimit(.minutes(2))) func whoAsksTogetherWaitsForTheSameValue() async throws {
    let recent = Recent<Int>()
    let (first, others) = (First(), Finds())
    let values = try await withThrowingTaskGroup(of: Int.self, returning: [Int].self) { group in
      group.addTask { [finds] in
        try await recent.value {
          first.hasBegun.withLock { $0 = true }
          while !first.mayEnd.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(1)) }
          return finds.next()
        }
      }
      while !first.hasBegun.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(1)) }
      // All of these ask while the first one looks, and their own value takes too long to be kept.
      for _ in 0..<20 {
        group.addTask { [finds] in
          _ = others.next()
          return try await recent.value {
            try await Task.sleep(for: Recent<Int>.longest)
            return finds.next()
          }
        }
      }
      while others.count < 20 { try await Task.sleep(for: .milliseconds(1)) }
      // What the first one finds is too old for them by then.
      try await Task.sleep(for: Recent<Int>.longest)
      first.mayEnd.withLock { $0 = true }
      var values: [Int] = []
      for try await value in group { values.append(value) }
      return values
    }
    #expect(values.sorted() == [1] + Array(repeating: 2, count: 20))
  }

  @Test func aValueIsNotKeptForLongerThanASecond() async throws {
    let recent = Recent<Int>()
    #expect(try await recent.value(finds.next) == 1)
    try await Task.sleep(for: Recent<Int>.longest)
    #expect(try await recent.value(finds.next) == 2)
  }

  @Test func anErrorIsNotKept() async throws {
    let recent = Recent<Int>()
    await #expect(throws: CancellationError.self) {
      try await recent.value { throw CancellationError() }
    }
    #expect(try await recent.value(finds.next) == 1)
  }

  @Test func eachLanguageHasAnOverviewOfItsOwn() async throws {
    let overview = RecentOverview()
    func answer(_ path: [String] = [], _ query: [(name: String, value: String)] = []) async throws
      -> [UInt8]
    {
      let request = PageRequest(path: path, query: query, acceptLanguage: "fr", now: 0)
      return try await overview.answer(request) {
        PageAnswer(html: Array("\(finds.next())".utf8), language: request.language)
      }.html
    }
    #expect(try await answer() == Array("1".utf8))
    #expect(try await answer() == Array("1".utf8))
    #expect(try await answer([], [("lang", "en")]) == Array("2".utf8))
    // Its links keep the language.
    #expect(try await answer([], [("lang", "fr")]) == Array("3".utf8))
    #expect(try await answer([], [("lang", "en")]) == Array("2".utf8))
    // Another page, and a query that its links keep, are made each time.
    #expect(try await answer(["files"]) == Array("4".utf8))
    #expect(try await answer([], [("x", "y")]) == Array("5".utf8))
    #expect(try await answer([], [("x", "y")]) == Array("6".utf8))
  }
}
