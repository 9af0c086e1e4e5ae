/// A format of times in a layout.
public enum TimeFormat: Hashable, Sendable {
  /// `dd/MM/yyyy`, alone or with `HH:mm` or `HH:mm:ss`; and ISO 8601 with `T` or a space, with or
  /// without offset.
  case auto
  /// Digits and literals at fixed places, such as `yyyyMMddHHmmss`.
  case pattern(TimePattern)

  /// As it is written in a layout.
  var text: String {
    switch self {
    case .auto: "auto"
    case .pattern(let pattern): pattern.text
    }
  }

  /// - Returns: nil if the text is neither `auto` nor a usable pattern.
  public init?(_ text: String) {
    if text == "auto" {
      self = .auto
    } else if let pattern = TimePattern(text) {
      self = .pattern(pattern)
    } else {
      return nil
    }
  }
}
