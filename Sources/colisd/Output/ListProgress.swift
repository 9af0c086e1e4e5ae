/// How far a long list has come, on standard error, while the list itself goes to a file or a pipe.
struct ListProgress {
  /// Nil where nobody sees it, and where the list itself is on the terminal.
  private let bar: ProgressBar?
  private let noun: String

  /// - Parameter noun: what is listed, such as `events`.
  init(_ noun: String) {
    bar = StandardOutput.columns == nil ? ProgressBar() : nil
    self.noun = noun
  }

  var isShown: Bool { bar != nil }

  /// - Parameter all: nil: how many there are is not known yet.
  func show(_ done: Int, of all: Int?) {
    if let all { bar?.show(min(done, all), of: all, noun) }
  }

  func finish() { bar?.finish() }
}
