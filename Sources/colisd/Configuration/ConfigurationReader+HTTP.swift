import Carrier
import Operators

// Where operators and programs are answered.
extension ConfigurationReader {
  func http(_ section: YAMLSection?) -> Configuration.HTTP? {
    guard let section else { return nil }
    defer { section.refuseOtherKeys() }
    if !section.has("listen") { section.missing("listen") }
    var listeners: [Listener] = []
    for value in section.texts("listen") ?? [] {
      guard let listener = Listener(value.text) else {
        section.fail(
          "listen", at: value.place,
          "has \"\(value.text)\", which is no address: write unix:/run/colisd/http.sock, 127.0.0.1:9464 or [::1]:9464"
        )
        continue
      }
      if listeners.contains(listener) {
        section.fail("listen", at: value.place, "names \(listener) twice")
      }
      listeners.append(listener)
    }
    if listeners.isEmpty, !section.isRefused("listen") {
      section.fail("listen", "is empty: name an address, or leave http out")
    }
    let token = section.secret("token", relativeTo: folder)
    if let far = listeners.first(where: { !$0.isLocal }), !section.has("token") {
      section.fail(
        "listen",
        "names \(far), which other machines reach: set http.token as well, as recipients' data is shown there"
      )
    }
    return Configuration.HTTP(listeners: listeners, token: token, hosts: hosts(section))
  }

  private func hosts(_ section: YAMLSection) -> [String] {
    (section.texts("hosts") ?? []).compactMap { value in
      let name = value.text.lowercased()
      let isName =
        !name.isEmpty && name.allSatisfy { $0.isLetter || $0.isNumber || "-._".contains($0) }
      guard isName else {
        section.fail(
          "hosts", at: value.place,
          "has \"\(value.text)\", which is no name of a host: write it without port, such as colis.example.net"
        )
        return nil
      }
      return name
    }
  }
}
