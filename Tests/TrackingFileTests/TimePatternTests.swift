import Carrier
import Testing
import TrackingFile

/// Times in the forms that a layout may name.
struct TimePatternTests {
  struct Look: Sendable {
    var pattern: String
    var text: String
    /// In ISO 8601, in Paris or with an offset; nil: it does not fit.
    var time: String?

    init(_ pattern: String, _ text: String, _ time: String?) {
      self.pattern = pattern
      self.text = text
      self.time = time
    }
  }

  private func time(_ pattern: String, _ text: String) throws -> EventTime? {
    let layout = try Sample.layout(timeFormats: [try TimeFormat(checking: pattern)])
    let reading = Reading(Sample.file([Sample.row(date: text)]), layout)
    return reading.rows.first?.time
  }

  @Test(arguments: [
    Look("yyyyMMddHHmmss", "20260828114210", "2026-08-28T11:42:10"),
    Look("yyyyMMddHH:mm", "2026082811:42", "2026-08-28T11:42"),
    Look("d/M/yyyy H:mm", "1/9/2026 9:05", "2026-09-01T09:05"),
    Look("d/M/yyyy H:mm", "28/08/2026 19:05", "2026-08-28T19:05"),
    Look("d/M/yyyy", "031/9/2026", nil),
    Look("dd/MM/yy", "28/08/26", "2026-08-28"),
    Look("yyMMdd", "990828", "2099-08-28"),
    Look("yyMMdd", "000228", "2000-02-28"),
    Look("dd/MM/yyyy HH'h'mm", "28/08/2026 11h42", "2026-08-28T11:42"),
    Look("dd/MM/yyyy 'à' H'h'mm", "28/08/2026 à 9h05", "2026-08-28T09:05"),
    Look("dd''MM''yyyy", "28'08'2026", "2026-08-28"),
    Look("dd/MM/yyyy hh:mm a", "28/08/2026 12:05 AM", "2026-08-28T00:05"),
    Look("dd/MM/yyyy hh:mm a", "28/08/2026 12:05 pm", "2026-08-28T12:05"),
    Look("M/d/yyyy h:mm:ss a", "8/28/2026 1:42:10 PM", "2026-08-28T13:42:10"),
    Look("M/d/yyyy h:mm a", "8/28/2026 13:42 PM", nil),
    Look("M/d/yyyy h:mm a", "8/28/2026 0:42 AM", nil),
    Look("yyyy-MM-dd HH:mm:ss.SSS", "2026-08-28 11:42:10.987", "2026-08-28T11:42:10"),
    Look(
      "yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "2026-08-28T11:42:10.987+04:00", "2026-08-28T11:42:10+04:00"),
    Look("yyyy-MM-ddTHH:mmXXX", "2026-08-28T11:42Z", "2026-08-28T11:42Z"),
    Look("yyyyMMddHHmmXXX", "202608281142-0330", "2026-08-28T11:42-03:30"),
    Look("yyyyMMddHHmmXXX", "202608281142+25:00", nil),
    Look("epoch-seconds", "1787910130", "2026-08-28T11:42:10"),
    Look("epoch-milliseconds", "1787910130999", "2026-08-28T11:42:10"),
    Look("epoch-milliseconds", "1787910130", nil),
    Look("epoch-seconds", "178791013x", nil),
    Look("yyyyMMdd", "20260231", nil), Look("yyyyMMdd", "2026082", nil),
    Look("yyyyMMdd", "202608281", nil), Look("HH:mm dd.MM.yyyy", "24:00 28.08.2026", nil),
  ])
  func aTimeIsReadByItsPattern(look: Look) throws {
    let time = try time(look.pattern, look.text)
    let right = try look.time.map { try #require(EventTime($0)) }
    #expect(time?.seconds == right?.seconds)
    guard !look.pattern.hasPrefix("epoch") else { return }
    #expect(time?.precision == right?.precision)
  }

  struct Fault: Sendable {
    var pattern: String
    var words: String

    init(_ pattern: String, _ words: String) {
      self.pattern = pattern
      self.words = words
    }
  }

  @Test(arguments: [
    Fault("YYYY-MM-dd", "whose Y, character 1, is not understood; known are auto, epoch-seconds"),
    Fault("dd/MM/yyyy HHhmm", "twice"),
    Fault("dd/MM/yyyy kk:mm", "whose k, character 12, is not understood"),
    Fault(
      "dd/MM/yyyy HHumm",
      "known are auto, epoch-seconds, epoch-milliseconds, and patterns of yyyy yy"),
    Fault("dd/MMM/yyyy", "whose MMM from character 4 on is not understood"),
    Fault("dd/MM/yyyyy", "whose yyyyy from character 7 on is not understood"),
    Fault("dd/MM HH:mm", "which has no year (yyyy or yy)"),
    Fault("dd/MM/yyyy dd", "which has the day (dd or d) twice"),
    Fault(
      "dd/MM/yyyy hh:mm", "which has the hour hh or h without a (AM or PM); for 24 hours write HH"),
    Fault("dd/MM/yyyy HH:mm a", "which has a (AM or PM) without the hour hh or h"),
    Fault("dd/MM/yyyy HH", "which has the hour (HH, H, hh or h) without the minute (mm)"),
    Fault("dd/MM/yyyy HH:mm.SSS", "which has the fraction (SSS) without the second (ss)"),
    Fault("dMMyyyy", "nothing shows its end"),
    Fault("dd/MM/yyyy 'at HH:mm", "which has a ' without its second one"),
    Fault("", "which has no year (yyyy or yy)"),
  ])
  func whatIsWrongWithAPatternIsSaid(fault: Fault) {
    let error = #expect(throws: LayoutError.self) { _ = try TimePattern(fault.pattern) }
    #expect(error?.key == "time-formats")
    #expect(error?.reason.contains(fault.words) == true, "\(error?.reason ?? "")")
    #expect(TimeFormat(fault.pattern) == nil)
  }

  @Test
  func formatsAreTriedOneAfterTheOtherAndAutoReadsOneDigitDays() throws {
    let formats = try ["yyyyMMdd", "auto"].map { try TimeFormat(checking: $0) }
    let layout = try Sample.layout(timeFormats: formats)
    let rows = Reading(
      Sample.file(["20260828", "1/9/2026 9:05", " 20260829 "].map { Sample.row(date: $0) }), layout
    ).rows
    let days = ["2026-08-28", "2026-09-01T09:05", "2026-08-29"].map { EventTime($0)?.seconds }
    #expect(rows.map(\.time.seconds) == days)
  }
}
