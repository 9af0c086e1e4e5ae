import ArgumentParser
import Views

/// Whether the result is for scripts.
struct OutputOptions: ParsableArguments {
  @Flag(name: .long, help: "Print JSON.")
  var json = false

  /// Prints JSON, or what the closure gives for people.
  func print(_ value: @autoclosure () -> JSON, otherwise text: () -> String) {
    if json { StandardOutput.writeLine(value().text) } else { StandardOutput.write(text()) }
  }
}
