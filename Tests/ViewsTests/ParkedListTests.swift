import ParcelStore
import SampleValues
import Testing
import Views

/// What is parked, as a list and page by page.
@Suite struct ParkedListTests {
  private static let fault = DeliveryFault(
    status: 422, reason: "it answered with status 422", answer: "=1+1\u{1b}[31m é\r\nmore")

  private static func parked(_ seq: Int64, _ fault: DeliveryFault? = nil) -> OpenDelivery {
    OpenDelivery(
      seq: seq, parcel: Samples.parcel, state: .parked(at: Samples.time), tries: 10, fault: fault)
  }

  private let list = ParkedList([
    ParkedDelivery(endpoint: "shop", delivery: parked(4, fault)),
    ParkedDelivery(endpoint: "2026", delivery: parked(6)),
  ])

  // MARK: The list

  @Test func theJSONHasTheKeysThatUsersScriptAgainst() {
    #expect(
      list.json.text
        == #"[{"endpoint":"shop","seq":4,"parcel":"991122334455","#
        + #""parked_at":"2026-08-28T09:42:10Z","tries":10,"status":422,"#
        + #""reason":"it answered with status 422","answer":"=1+1\u001b[31m é\r\nmore"},"#
        + #"{"endpoint":"2026","seq":6,"parcel":"991122334455","#
        + #""parked_at":"2026-08-28T09:42:10Z","tries":10,"status":null,"reason":null,"#
        + #""answer":null}]"#)
    for case .object(let members) in list.objects {
      #expect(members.map(\.key) == ParkedList.keys)
    }
  }

  @Test func asCSVItIsHarmless() {
    let lines = String(decoding: list.csv.dropFirst(3), as: UTF8.self)
      .split(separator: "\r\n").map(String.init)
    #expect(
      lines == [
        "endpoint;seq;parcel;parked_at;tries;status;reason;answer",
        #"shop;4;"=""991122334455""";2026-08-28 11:42:10;10;422;it answered with status 422;"#
          + #"'=1+1\u{1B}[31m é\r\nmore"#,
        #""=""2026""";6;"=""991122334455""";2026-08-28 11:42:10;10;;;"#,
      ])
  }

  @Test func theTableHasTheFirstLineOfTheAnswer() {
    func rows(_ list: ParkedList) -> [String] {
      list.text.split(separator: "\n").map { String($0.replacing(/[ ]{2,}/, with: "|")) }
    }
    let expected = [
      "endpoint|parcel|seq|parked at|tries|status|reason|answer",
      "shop|991122334455|4|2026-08-28T11:42:10+02:00|10|422|it answered with status 422|"
        + #"=1+1\u{1B}[31m é"#,
      "2026|991122334455|6|2026-08-28T11:42:10+02:00|10|-|-|-",
    ]
    #expect(rows(list) == expected)
    let later = ParkedList(list.deliveries, isFirst: false)
    #expect(rows(later) == Array(expected.dropFirst()))
  }

  // MARK: Its pages

  /// Endpoints, each with the `seq` of what is parked.
  private struct Store: DeliveryReader {
    /// By name, as a store has them.
    var parked: [(name: String, seqs: [Int64])]

    func endpoints() async throws(StoreError) -> [EndpointRecord] {
      parked.map { EndpointRecord(name: $0.name, position: 99, since: 0) }
    }

    func openDeliveries(
      of endpoint: String, parked isParked: Bool, after seq: Int64, limit: Int
    ) async throws(StoreError) -> [OpenDelivery] {
      let seqs = parked.first { $0.name == endpoint }?.seqs ?? []
      return isParked
        ? seqs.filter { $0 > seq }.prefix(limit).map { ParkedListTests.parked($0) } : []
    }

    func openDeliveryCounts(
      of endpoint: String
    ) async throws(StoreError) -> OpenDeliveryCounts { OpenDeliveryCounts() }
  }

  private let store = Store(parked: [
    ("b.2-shop", [3, 4, 90]), ("calm", []), ("erp", [1, 2]), ("shop", [5]),
  ])

  /// All pages, as `erp 2`.
  private func pages(
    of endpoint: String? = nil, in store: Store, limit: Int
  ) async throws -> [[String]] {
    var pages: [[String]] = []
    var place: ParkedPlace?
    while true {
      let page = try await ParkedPage.read(store, endpoint: endpoint, after: place, limit: limit)
      pages.append(page.deliveries.map { "\($0.endpoint) \($0.delivery.seq)" })
      guard let next = page.next else { return pages }
      // As it comes back in a URL.
      place = ParkedPlace("\(next)")
      #expect(place == next)
    }
  }

  @Test(arguments: 1...7)
  func pagesOfAnyLengthAreTheWholeList(_ limit: Int) async throws {
    let all = ["b.2-shop 3", "b.2-shop 4", "b.2-shop 90", "erp 1", "erp 2", "shop 5"]
    let pages = try await pages(in: store, limit: limit)
    #expect(pages.flatMap(\.self) == all)
    #expect(pages.count == (all.count + limit - 1) / limit, "no page is empty")
    #expect(pages.dropLast().allSatisfy { $0.count == limit })
    let own = try await self.pages(of: "b.2-shop", in: store, limit: limit)
    #expect(own.flatMap(\.self) == Array(all.prefix(3)))
  }

  @Test func whereNothingIsParkedThePageIsEmpty() async throws {
    #expect(try await pages(of: "calm", in: store, limit: 3) == [[]])
    #expect(try await pages(in: Store(parked: []), limit: 3) == [[]])
  }

  /// An endpoint may be gone when its next page is asked for.
  @Test func aPlaceStaysOneWhateverBecomesOfItsEndpoint() async throws {
    var others = store
    others.parked.removeFirst()
    let place = try #require(ParkedPlace("4.b.2-shop"))
    let page = try await ParkedPage.read(others, endpoint: nil, after: place, limit: 2)
    #expect(page.deliveries.map(\.delivery.seq) == [1, 2])
    #expect(page.next?.description == "2.erp")
  }

  @Test(arguments: ["", "4", "4.", ".shop", "-1.shop", "x.shop", "9999999999999999999999.shop"])
  func whatIsNoPlaceIsRefused(_ text: String) {
    #expect(ParkedPlace(text) == nil)
  }
}
