import ParcelStore

extension Metrics {
  /// How far the endpoints of webhooks have got. Of one that is configured no more nothing is said: nobody delivers to
  /// it, so how far it is behind means nothing.
  public mutating func add(_ webhooks: [WebhookState]) {
    func byEndpoint(_ value: (WebhookState) -> Int64?) -> [MetricFamily.Sample] {
      webhooks.filter { $0.server != nil }.compactMap { state in
        value(state).map { MetricFamily.Sample([("endpoint", state.name)], $0) }
      }
    }
    counter(
      "colisd_webhook_deliveries", "Entries that an endpoint of webhooks has taken.",
      byEndpoint { $0.record?.delivered ?? 0 })
    counter(
      "colisd_webhook_failures", "Tries to deliver that an endpoint of webhooks has not taken.",
      byEndpoint { $0.record?.failures ?? 0 })
    gauge(
      "colisd_webhook_waiting_deliveries",
      "Entries that were not taken, and are tried again or wait behind such a one.",
      byEndpoint { Int64($0.counts.waiting) })
    gauge(
      "colisd_webhook_parked_deliveries",
      "Entries that were not taken, and are not tried any more unless somebody asks.",
      byEndpoint { Int64($0.counts.parked) })
    gauge(
      "colisd_webhook_behind_entries",
      "Entries of the journal that were not looked at for an endpoint yet.", byEndpoint(\.behind))
    gauge(
      "colisd_webhook_stopped", "1 while an endpoint is asked no more, as it answered with 410.",
      byEndpoint { $0.record?.stoppedAt == nil ? 0 : 1 })
    gauge(
      "colisd_webhook_oldest_pending_timestamp_seconds",
      "Since when the oldest entry waits that an endpoint has not got and that is not parked.",
      byEndpoint(\.pendingSince))
    gauge(
      "colisd_webhook_last_delivery_timestamp_seconds",
      "When an endpoint took something last.", byEndpoint { $0.record?.lastDelivery })
  }

  /// How long the tries took since the process began.
  mutating func add(_ webhooks: [(name: String, durations: Histogram)]) {
    add(
      MetricFamily(
        .histogram, "colisd_webhook_duration_seconds",
        "How long a try to deliver took, whatever its end.",
        webhooks.map { MetricFamily.Sample([("endpoint", $0.name)], .distribution($0.durations)) }))
  }
}
