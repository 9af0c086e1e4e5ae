/// What has changed of an endpoint since it was saved last.
public struct DeliveryProgress: Sendable, Hashable {
  public var position: Int64
  /// When it had all that there was: seconds since 1970; nil: not since the last save.
  public var caughtUpAt: Int64?
  public var stoppedAt: Int64?
  public var outage: EndpointOutage?
  /// How many were delivered, and how many tries failed, since the last save.
  public var delivered: Int64 = 0
  public var failures: Int64 = 0
  /// When the last one was delivered: seconds since 1970; nil: none since the last save.
  public var lastDelivery: Int64?
  /// Open deliveries that are new or have changed, each once, in the order of `seq`.
  public var open: [OpenDelivery] = []
  /// The `seq` of those that are open no more; none of `open`.
  public var closed: [Int64] = []

  public init(position: Int64, stoppedAt: Int64? = nil, outage: EndpointOutage? = nil) {
    self.position = position
    self.stoppedAt = stoppedAt
    self.outage = outage
  }
}
