import Foundation
import HTTPClient

extension Configuration {
  /// What webhooks and the heartbeat are sent by: the system's certificates, those of `$SSL_CERT_FILE` beside them, and
  /// the proxies of the environment.
  func session() -> HTTPSession {
    var settings = HTTPSession.Settings()
    settings.usesProxies = true
    settings.caFile = ProcessInfo.processInfo.environment["SSL_CERT_FILE"]
    settings.connectionsPerHost = max(
      settings.connectionsPerHost, webhooks.reduce(0) { $0 + $1.concurrency })
    return HTTPSession(settings)
  }
}
