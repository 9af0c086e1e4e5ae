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
  }

  private let finds = Finds()

  @Test func whoAsksTogetherWaitsForTheSameValue() async throws {
    let recent = Recent<Int>()
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<20 {
        group.addTask { [finds] in
          try await recent.value {
            try await Task.sleep(for: .milliseconds(50))
            return finds.next()
          }
        }
      }
      for try await value in group { #expect(value == 1) }
    }
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
