/// What a server answered, whatever its status.
public struct HTTPResponse: Sendable {
  public let status: Int
  /// In the order of the answer, their names in small letters.
  public let headers: [(name: String, value: String)]
  /// The beginning of it, as much as the request wanted; empty where it was handed on piece by piece.
  public let body: [UInt8]
  /// Whether the body was longer than the request allows. The rest of it was not read.
  public let isCutOff: Bool

  /// The first header of a name in small letters.
  public subscript(header name: String) -> String? { headers.first { $0.name == name }?.value }
}
