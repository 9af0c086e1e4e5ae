/// What a server answered, whatever its status.
public struct HTTPResponse: Sendable {
  public let status: Int
  /// In the order of the answer, their names in small letters.
  public let headers: [(name: String, value: String)]
  /// Empty where it was handed on piece by piece.
  public let body: [UInt8]

  /// The first header of a name in small letters.
  public subscript(header name: String) -> String? { headers.first { $0.name == name }?.value }
}
