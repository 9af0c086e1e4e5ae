import ArgumentParser
import Views

/// Whether the result is for scripts, and by which clock people see it.
struct OutputOptions: ParsableArguments {
  @Flag(name: .long, help: "Print JSON.")
  var json = false

  @OptionGroup var clock: ClockOption

  /// Prints JSON, or what the closure gives for people.
  func print(_ value: @autoclosure () -> JSON, otherwise text: () -> String) {
    if json {
      StandardOutput.writeLine(value().text)
    } else {
      clock.showing { StandardOutput.write(TextForm.folded(text())) }
    }
  }
}
