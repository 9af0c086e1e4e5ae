import HTTPTypes
import Hummingbird
import NIOCore
import Views

/// The pages at their paths.
struct PageSite: Sendable {
  let desk: any Desk
  /// Seconds since 1970.
  let now: @Sendable () -> Int64

  /// Adds an answer at a path.
  typealias Add = (_ path: String, _ body: @escaping @Sendable (Asked) async throws -> Answer) ->
    Void

  func addRoutes(to router: Router<AskedContext>, _ gatekeeper: Gatekeeper, _ add: Add) {
    router.get("style.css") { _, _ in
      var answer = Answer("text/css; charset=utf-8", PackageResources.style_css)
      answer.headers = [(.cacheControl, "public, max-age=3600")]
      return answer
    }
    let pages = Pages(desk: desk)
    let overview = RecentOverview()
    for path in Pages.paths {
      add(path) { asked in
        let request = PageRequest(asked, now: now())
        return Answer(try await overview.answer(request) { try await pages.answer(request) })
      }
    }
    router.post("token") { request, _ in try await signIn(request, gatekeeper) }
  }

  /// The page of an error.
  func answer(to problem: Problem, _ request: Request) -> Answer {
    // After a wrong token it is the page that was wanted that asks again, so that its links lead somewhere.
    let wanted = problem.wanted.map { place in
      Request(
        head: HTTPRequest(method: .get, scheme: nil, authority: nil, path: place),
        body: RequestBody(buffer: ByteBuffer()))
    }
    // What can't be read as a URL has no query that could say a language.
    let asked = try? Asked(wanted ?? request)
    let pages = Pages(desk: desk)
    var answer = Answer(
      pages.error(
        problem,
        PageRequest(
          path: asked?.path ?? [], query: asked?.query ?? [],
          acceptLanguage: request.headers[.acceptLanguage], now: now())))
    answer.headers += problem.headers
    return answer
  }

  /// Takes the token of the form, and gives a cookie for it.
  private func signIn(_ request: Request, _ gatekeeper: Gatekeeper) async throws -> Answer {
    let form: ByteBuffer
    do {
      form = try await request.body.collect(upTo: 16_384)
    } catch {
      throw Problem(413, "the form is too long", exitStatus: 64)
    }
    let text = String(decoding: form.readableBytesView, as: UTF8.self)
    func field(_ name: String) -> String? {
      text.split(separator: "&").first { $0.hasPrefix("\(name)=") }
        .flatMap { Asked.decoded($0.dropFirst(name.count + 1).replacing("+", with: " ")[...]) }
    }
    let place = Self.place(field("next"))
    // Who copies a token often takes a blank or the end of the line along.
    let token = field("token")
    guard let token, [token, token.withoutBlanksAround].contains(where: gatekeeper.admits(token:))
    else {
      var problem = Problem(401, "this is not the token", exitStatus: 77)
      problem.wanted = place
      throw problem
    }
    var answer = Answer("text/plain; charset=utf-8", [], status: 303)
    answer.headers = [(.location, place), (.cacheControl, "no-store")]
    if let cookie = gatekeeper.cookie {
      answer.headers.append(
        (
          .setCookie,
          // Lax: a link in a mail finds somebody who has signed in signed in, and GET changes nothing.
          "\(Gatekeeper.cookieName)=\(cookie); Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000"
        ))
    }
    return answer
  }
}

extension PageSite {
  /// A path of this server; anything else would lead to somebody else's page.
  static func place(_ next: String?) -> String {
    guard let next, next.hasPrefix("/"), !next.hasPrefix("//"), !next.contains("\\"),
      next.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
    else { return "/" }
    return next
  }
}

extension Answer {
  /// A page, or where it is to be found.
  init(_ page: PageAnswer) {
    self.init("text/html; charset=utf-8", page.html, status: page.status)
    // What stands on a page is somebody's address; a browser is not to keep it.
    headers = [(.cacheControl, "no-store"), (.contentLanguage, page.language.rawValue)]
    if let location = page.location { headers.append((.location, location)) }
  }
}
