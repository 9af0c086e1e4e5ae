/// A format of times in a layout.
public enum TimeFormat: Hashable, Sendable {
  /// `dd/MM/yyyy`, alone or with `HH:mm` or `HH:mm:ss`; and ISO 8601 with `T` or a space, with or
  /// without offset.
  case auto
  /// Numbers and literals, such as `yyyyMMddHHmmss`.
  case pattern(TimePattern)
  /// A whole number of seconds or milliseconds since 1970-01-01 00:00 UTC.
  case epochSeconds, epochMilliseconds

  /// As it is written in a layout.
  var text: String {
    switch self {
    case .auto: "auto"
    case .pattern(let pattern): pattern.text
    case .epochSeconds: "epoch-seconds"
    case .epochMilliseconds: "epoch-milliseconds"
    }
  }

  /// - Throws: `LayoutError` if the text is neither a name nor a usable pattern.
  public init(checking text: String) throws(LayoutError) {
    let named: [TimeFormat] = [.auto, .epochSeconds, .epochMilliseconds]
    if let format = named.first(where: { $0.text == text }) {
      self = format
    } else {
      self = .pattern(try TimePattern(text))
    }
  }

  /// The same; nil where `init(checking:)` throws.
  public init?(_ text: String) {
    do throws(LayoutError) {
      try self.init(checking: text)
    } catch {
      return nil
    }
  }
}
