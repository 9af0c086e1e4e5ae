import SampleValues
import Testing
import Webhooks

@Suite struct RetryAfterTests {
  @Test(arguments: [
    ("120", 120), (" 120 ", 120), ("0", 0), ("00120", 120), ("86400", 86_400), ("86401", 86_400),
    ("99999999999999999999999999", 86_400), ("9223372036854775807", 86_400),
    ("Fri, 28 Aug 2026 09:44:10 GMT", 120), ("Friday, 28-Aug-26 09:44:10 GMT", 120),
    ("Fri Aug 28 09:44:10 2026", 120), ("Fri, 28 Aug 2026 09:42:10 GMT", 0),
    ("Sun, 06 Nov 1994 08:49:37 GMT", 0), ("Sunday, 06-Nov-94 08:49:37 GMT", 0),
    ("Sun Nov  6 08:49:37 1994", 0), ("Fri, 31 Dec 9999 23:59:60 GMT", 86_400),
    ("Sat, 29 Aug 2026 09:42:10 GMT", 86_400), ("Sun, 30 Aug 2026 09:42:10 GMT", 86_400),
  ])
  func aWishIsReadAndNeverLongerThanADay(_ text: String, _ seconds: Int64) {
    #expect(RetryAfter(text, at: Samples.time)?.wait == .seconds(seconds))
  }

  @Test(arguments: [
    "", " ", "-1", "+5", "1.5", "5 s", "soon", "٣", "1e3", "Fri, 28 Aug 2026 09:44:10 CET",
    "Fri, 32 Aug 2026 09:44:10 GMT", "Fri, 28 Aou 2026 09:44:10 GMT", "Fri, 28 Aug 26 09:44:10 GMT",
    "Fri, 28 Aug 2026 24:00:00 GMT", "Fri, 28 Aug 2026 09:44 GMT", "Fri, 28 Aug -026 09:44:10 GMT",
    "Sun, 29 Feb 2026 00:00:00 GMT", "Friday, 28-Aug-2026 09:44:10 GMT", "2026-08-28T09:44:10Z",
  ])
  func whatIsNoneIsNotKeptTo(_ text: String) {
    #expect(RetryAfter(text, at: Samples.time) == nil)
  }
}
