import HTTPTypes
import Views

extension Answer {
  /// Says where the next page of a list is: the same URL with another value of one parameter.
  mutating func link(next: (name: String, value: String), _ asked: Asked) {
    let query = asked.query.filter { $0.name != next.name } + [next]
    let text = query.map { "\(percentEncoded($0.name))=\(percentEncoded($0.value))" }
      .joined(separator: "&")
    let path = asked.path.map(percentEncoded).joined(separator: "/")
    headers.append((HTTPField.Name("Link")!, "</\(path)?\(text)>; rel=\"next\""))
  }
}
