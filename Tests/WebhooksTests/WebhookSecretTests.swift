import SampleValues
import Testing
import Webhooks

@Suite struct WebhookSecretTests {
  /// So many bytes 7 in base64.
  private static func text(_ count: Int) -> String {
    let whole = String(repeating: "BwcH", count: count / 3)
    return "whsec_" + whole + ["", "Bw==", "Bwc="][count % 3]
  }

  @Test(arguments: [24, 25, 32, 63, 64])
  func twentyFourToSixtyFourBytesAreTaken(_ count: Int) throws {
    _ = try WebhookSecret(Self.text(count))
  }

  @Test(arguments: [
    (text(23), WebhookSecretFault.tooShort(23)), (text(65), .tooLong(65)),
    ("whsec_", .tooShort(0)), ("", .noPrefix), ("hunter2hunter2hunter2hunter2", .noPrefix),
    ("WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", .noPrefix),
    ("whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc", .notBase64),
    ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2La-_Sw", .notBase64),
    ("whsec_MfKQ9r8GKYqrTwjU PD8ILPZIo2LaLaSw", .blanks),
    ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n", .blanks),
  ])
  func othersAreRefusedWithoutBeingShown(_ text: String, _ fault: WebhookSecretFault) {
    let thrown = #expect(throws: WebhookSecretFault.self) { try WebhookSecret(text) }
    #expect(thrown == fault)
    let sentence = "\(fault)"
    #expect(sentence.contains("openssl rand -base64 32"))
    // Neither the whole nor a part of what it holds.
    for part in ["hunter2", "BwcH", "MfKQ", "laLa"] { #expect(!sentence.contains(part)) }
  }

  @Test func itIsNeverPrinted() throws {
    let endpoint = try Samples.endpoint()
    var dumped = ""
    dump(endpoint, to: &dumped)
    let secret = endpoint.secrets[0]
    let texts = [
      dumped, "\(secret)", "\(endpoint)", String(reflecting: secret), String(reflecting: endpoint),
    ]
    for text in texts {
      #expect(!text.contains("MfKQ") && !text.contains("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
    }
    #expect(dumped.contains("shop"))
    #expect(Mirror(reflecting: secret).children.isEmpty)
  }

  @Test func theServerIsShownWithoutWhatMayBeASecret() throws {
    var endpoint = try Samples.endpoint()
    endpoint.url = "https://user:password@shop.example.net:8443/hooks/TOKEN?key=1#a"
    #expect(endpoint.server == "https://shop.example.net:8443")
  }
}
