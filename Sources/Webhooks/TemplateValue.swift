import Mustache
import Views

/// A value of a message as a template finds it. This is the one place through which text gets into a body, and each text
/// is escaped here for what the template writes.
struct TemplateValue: Sendable {
  let json: JSON
  let form: BodyTemplate.Form

  /// What is written as it stands.
  struct Written: MustacheCustomRenderable {
    let renderText: String
    let isNull = false
  }
}

extension TemplateValue: MustacheParent {
  func child(named name: String) -> Any? {
    guard case .object(let members) = json else { return nil }
    return members.first { $0.key == name }.map { TemplateValue(json: $0.value, form: form) }
  }
}

extension TemplateValue: MustacheCustomRenderable {
  var renderText: String {
    switch json {
    case .null: ""
    case .string(let text): form.escaped(text)
    case .bool, .integer, .array, .object: form.escaped(json.text)
    }
  }

  /// Whether a section with it is left out.
  var isNull: Bool {
    switch json {
    case .null, .bool(false): true
    case .bool, .integer, .string, .array, .object: false
    }
  }
}

extension TemplateValue: MustacheTransformable {
  static let transform = "json"

  /// `json(NAME)` is the value as JSON: a text with its quotes, null, or an object.
  func transform(_ name: String) -> Any? {
    guard name == Self.transform else { return nil }
    return Written(renderText: form.writtenJSON(json))
  }
}
