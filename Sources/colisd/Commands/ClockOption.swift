import ArgumentParser
import Views

/// By which clock people see times.
struct ClockOption: ParsableArguments {
  @Flag(name: .long, help: "Show times in UTC; by the clock of Paris otherwise.")
  var utc = false

  /// Does what makes texts for standard output: as wide as its terminal, with the chosen times.
  /// - Parameter widths: of a list that is printed page by page.
  func showing(widths: TableWidths? = nil, _ body: () -> Void) {
    var form = TextForm(columns: StandardOutput.columns, isUTC: utc)
    form.widths = widths
    TextForm.$current.withValue(form, operation: body)
  }
}
