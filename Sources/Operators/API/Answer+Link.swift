import HTTPTypes
import Views

extension Answer {
  /// Says where the next page of a list is: the same URL with another value of one parameter.
  mutating func link(next: (name: String, value: String), _ asked: Asked) {
    let query = asked.query.filter { $0.name != next.name } + [next]
    let path = asked.path.map(percentEncoded).joined(separator: "/")
    let url = "/\(path)?\(encodedQuery(query))"
    headers.append((HTTPField.Name("Link")!, "<\(url)>; rel=\"next\""))
  }
}
