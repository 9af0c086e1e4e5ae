import Mustache
import Views

/// A body that somebody has written himself: Mustache over what the format `event` sends.
///
/// ```
/// { "text": "{{data.parcel}}: {{data.status}}", "order": {{json(data.order)}} }
/// ```
///
/// The end of the file's name says what it writes, and so how texts are escaped; `{{{ }}}` and `{{& }}` do the same as
/// `{{ }}`, so that nothing gets into a body unescaped.
public struct BodyTemplate: Sendable {
  /// What a template writes.
  enum Form: Sendable, CaseIterable {
    case json, xml, form, text
  }

  let form: Form
  private let template: MustacheTemplate

  /// - Parameters:
  ///   - text: what stands in the file.
  ///   - file: its name: of `NAME.xml.mustache`, `NAME.form.mustache` and `NAME.txt.mustache` it is what they
  ///     say, otherwise JSON.
  /// - Throws: what is wrong with it, also what shows only when it is filled in.
  public init(_ text: String, file: String) throws(TemplateFault) {
    form = Form(file: file)
    let text = TemplateTags.movingBlanks(in: text)
    do {
      // Texts are escaped by the values, so Mustache, which would write HTML, is told not to.
      template = try MustacheTemplate(string: Self.firstLine + text)
    } catch {
      throw TemplateFault(error)
    }
    let problems = TemplateCheck(text).problems
    guard problems.isEmpty else { throw TemplateFault(problems) }
    try checkFilledIn()
  }

  private static let firstLine = "{{% CONTENT_TYPE:TEXT}}\n"
  static let linesBefore = 1

  /// - Parameter message: what the format `event` sends.
  func body(of message: JSON) -> DeliveryBody {
    let value = TemplateValue(json: EventMessage.completed(message), form: form)
    let text = template.render(value)
    return DeliveryBody(Array(text.utf8), form.contentType)
  }

  /// Fills it in with one of each message, with as much and with as little as there may be.
  private func checkFilledIn() throws(TemplateFault) {
    let isEmpty = SampleMessage.all.allSatisfy { sample in
      body(of: sample.json).bytes.allSatisfy { [9, 10, 13, 32].contains($0) }
    }
    guard !isEmpty else {
      throw TemplateFault([
        TemplateFault.Problem(
          place: nil,
          sentence:
            "it is empty, so the endpoint would be told nothing: write what it is to get, such as "
            + "{{json(data)}} for all that there is")
      ])
    }
    guard form == .json else { return }
    for sample in SampleMessage.all {
      if let reason = Form.faultOfJSON(body(of: sample.json).bytes) {
        throw TemplateFault([
          TemplateFault.Problem(
            place: nil,
            sentence: "filled in with \(sample.name) it is no JSON (\(reason)); write a text as "
              + "\"{{data.site}}\", and what may be null as {{json(data.site)}} without quotes, or call the "
              + "file .txt.mustache, .xml.mustache or .form.mustache")
        ])
      }
    }
  }
}
