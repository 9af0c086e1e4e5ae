import Views

extension Pages {
  /// The endpoints of webhooks: how far each has got, and what it has not taken.
  func webhooks(_ request: PageRequest) async throws -> PageAnswer {
    let states = try await desk.webhooks()
    var frame = PageFrame(
      request, .webhooks, title: request.language.word(PageFrame.Section.webhooks))
    frame.data = PageLink("api", "v1", "webhooks")
    frame.isTimed = true
    return page(.webhooks, frame, WebhookRows(states: states, request: request).context)
  }
}
