import Testing
import TrackingFile

/// What an error message tells of a file that is none: enough to recognise it, and nothing of a
/// recipient.
@Suite struct RefusedFileTests {
  private func reason(_ text: String) throws -> String {
    let failure = Reading(text).failure
    guard case .notATrackingFile(let reason)? = failure else {
      Issue.record("\(String(describing: failure))")
      return ""
    }
    return reason
  }

  @Test(arguments: [
    "E1;EM180619;991122334455;CMD-7788;LIV;Votre colis a été livré;28/08/2026 11:42;FR075;75012;FR\n",
    "991122334455\n", "\"991122334455\";\"CMD-7788\"\n", "Dupont,12 rue des Lilas,75012\n",
    String(repeating: "991122334455;", count: 20_000) + "\n",
  ])
  func aLineOfRowsIsNotShown(_ line: String) throws {
    let reason = try reason(line)
    for secret in ["9911", "CMD", "livré", "75012", "Dupont", "Lilas", "EM18", "11:42"] {
      #expect(!reason.contains(secret), "\(reason)")
    }
    #expect(reason.contains("bytes") && reason.hasPrefix("its first line ("), "\(reason)")
  }

  @Test(arguments: [
    ("<!DOCTYPE html>\n<p>", "looks like a web page"), ("  <HTML><body>", "looks like a web page"),
    ("<?xml version=\"1.0\"?>", "looks like XML"), ("{\"parcel\": 1}", "looks like JSON"),
    ("%PDF-1.7\n", "looks like a PDF"), ("PK\u{3}\u{4}abc", "looks like a ZIP archive"),
    ("abc\u{1}\u{2}def\n", "bytes that are no text"), ("x\n", "1 byte, 1 field)"),
    ("CPPclCode;OrderID;Other\n", "3 fields, of which cppclcode, orderid is known"),
  ])
  func whatItIsInsteadIsSaid(_ text: String, _ words: String) throws {
    let reason = try reason(text)
    #expect(reason.contains(words), "\(reason)")
    #expect(!reason.contains("def"), "\(reason)")
  }
}
