import Carrier
import TestSupport
import Testing
import TrackingFile

struct PathPatternTests {
  struct Look: Sendable {
    var pattern: String
    var path: String
    /// Account and account ID, joined by a blank; nil: the path is not of that form.
    var pair: String?

    init(_ pattern: String, _ path: String, _ pair: String?) {
      self.pattern = pattern
      self.path = path
      self.pair = pair
    }
  }

  @Test(arguments: [
    Look("{account}_{account-id}_*", "E1_EM180619_20260828.csv", "E1 EM180619"),
    Look("{account}_{account-id}_*", "out/2026/E1_EM180619_20260828.csv.gz", "E1 EM180619"),
    Look("{account}_{account-id}_*", "E1_EM180619_", "E1 EM180619"),
    Look("{account}_{account-id}_*", "e1_em180619_x", "e1 em180619"),
    Look("{account}_{account-id}_*", "E1_EM180619_a_b_c", "E1 EM180619"),
    Look("{account}_{account-id}_*", "E1_EM180619.csv", nil),
    Look("{account}_{account-id}_*", "E1-EM180619_x", nil),
    Look("{account}_{account-id}_*", "_EM180619_x", nil),
    Look("{account}_{account-id}_*", "E1__x", nil),
    Look("{account}_{account-id}_*", "E1_EM18 0619_x", nil),
    Look("{account}_{account-id}_*", "É1_EM180619_x", nil),
    Look("{account}_{account-id}_*", "TRK_E1_EM180619_x", "TRK E1"),
    Look("{account}_{account-id}_*", "", nil),
    Look("{account}_{account-id}_*", "E1_EM180619_x/", nil),
    // As long as a pair may be, and longer.
    Look("{account}_{account-id}_*", "E1234567_EM18061900000000_", "E1234567 EM18061900000000"),
    Look("{account}_{account-id}_*", "E12345678_EM180619_", nil),
    Look("{account}_{account-id}_*", "E1_EM180619000000000_", nil),
    // A folder for each.
    Look("{account}/{account-id}/*", "E1/EM180619/a.csv", "E1 EM180619"),
    Look("{account}/{account-id}/*", "out/E1/EM180619/a.csv", "E1 EM180619"),
    Look("{account}/{account-id}/*", "E1/EM180619", nil),
    Look("{account}/{account-id}/*", "E1/EM-180619/a.csv", nil),
    Look("{account}/{account-id}/*", "E1/EM180619/", "E1 EM180619"),
    Look("{account-id}/*_{account}.csv", "EM180619/TRK_E1.csv", "E1 EM180619"),
    Look("{account-id}/*_{account}.csv", "EM180619/x/TRK_E1.csv", "E1 x"),
    // A star stands for characters of one component, none included.
    Look("*{account}_{account-id}.csv", "E1_EM180619.csv", "E1 EM180619"),
    Look("*_{account}_{account-id}.csv", "TRK_X_E1_EM180619.csv", "E1 EM180619"),
    Look("*/{account}_{account-id}", "E1_EM180619", nil),
    Look("*/{account}_{account-id}", "/E1_EM180619", "E1 EM180619"),
    Look("a*/{account}_{account-id}", "b/a/E1_EM180619", "E1 EM180619"),
    Look("{account}*{account-id}*.csv", "E1-x/EM180619.csv", "EM 1"),
    // Without anything between them an account is a letter and a digit.
    Look("{account}{account-id}.csv", "E1EM180619.csv", "E1 EM180619"),
    Look("TRK{account}{account-id}-*", "TRKD0EM000001-", "D0 EM000001"),
    Look("{account}{account-id}.csv", "E1.csv", "E 1"),
    Look("{account}{account-id}.csv", "E.csv", nil),
    // Everything else is itself, byte by byte.
    Look("été}_{account}.{account-id}", "été}_E1.EM180619", "E1 EM180619"),
    Look("été_{account}.{account-id}", "e\u{301}te\u{301}_E1.EM180619", nil),
    Look("trk_{account}.{account-id}", "TRK_E1.EM180619", nil),
    Look("{account}.{account-id}.csv", "E1_EM180619_csv", nil),
    Look("{account}?{account-id}", "E1_EM180619", nil),
  ])
  func aPathNamesTheAccountPairWhoseRowsAreInItOrIsOfAnotherForm(look: Look) throws {
    let pair = try PathPattern(look.pattern).account(in: look.path)
    #expect(pair.map { "\($0.account) \($0.accountID)" } == look.pair)
  }

  @Test(arguments: [
    "", "*", "*.csv", "{account}{account}{account-id}",
    "{account}_{account-id}_{account-id}", "/{account}_{account-id}", "{account}_{account-id}/",
    "{account}//{account-id}", "{account}_{account-id}_{day}", "{Account}_{account-id}",
    "{account}_{account_id}", "{}_{account}_{account-id}", "{account}_{account-id}_{",
    "{account_{account-id}", "{account", "*{account}*{account-id}*-*",
  ])
  func aPatternNamesOneOfThemOrBothOnceInComponentsWithSomethingInThem(text: String) {
    let error = #expect(throws: LayoutError.self) { _ = try PathPattern(text) }
    #expect(error?.key == "path")
    #expect(error.map { !$0.reason.isEmpty } == true)
  }

  @Test
  func itStaysAsItWasWrittenAndIsPartOfItsLayout() throws {
    let pattern = try PathPattern("{account}_{account-id}_*")
    #expect(pattern.text == "{account}_{account-id}_*")
    let layout = try Layout(
      name: "a", version: "1", format: Layout.colisPrive.format, options: .init(path: pattern))
    #expect(layout.path == pattern && Layout.colisPrive.path == nil)
  }

  /// Names as a server may send them that wants to be waited for.
  static let hostileNames = [
    String(repeating: "a", count: 255), String(repeating: "_", count: 255),
    String(repeating: "a_", count: 127), String(repeating: "E1_EM180619-", count: 21),
  ]

  @Test(arguments: hostileNames)
  func aLookAtTheLongestFileNameIsShortHoweverItIsMadeUp(name: String) throws {
    let patterns = try [
      "{account}_{account-id}_*", "*_{account}_{account-id}_*.csv", "*{account}*{account-id}.csv",
      "{account}*{account-id}*x/y", "*{account}*{account-id}*é",
    ].map { try PathPattern($0) }
    for pattern in patterns {
      let time = threadTime {
        #expect(pattern.account(in: "\(name)/\(name)") == nil || name.contains("_"))
      }
      // A look that tries all ways would not end.
      #expect(time < .seconds(2), "\(pattern.text)")
    }
  }
}
