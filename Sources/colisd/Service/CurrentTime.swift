import Foundation

/// Seconds since 1970 by this machine's clock.
@Sendable
func currentTime() -> Int64 { Int64(Date().timeIntervalSince1970) }
