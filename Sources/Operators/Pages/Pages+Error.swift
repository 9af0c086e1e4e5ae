extension Pages {
  /// The page that says why there is no other one, and what to do.
  package func error(_ problem: Problem, _ request: PageRequest) -> PageAnswer {
    let content = ErrorPage(problem, request).context
    return page(
      .error, PageFrame(request, nil, title: content.text("headline") ?? ""), content,
      status: problem.status)
  }
}
