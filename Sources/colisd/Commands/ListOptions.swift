import ArgumentParser
import Views

/// In which of its forms a list is printed.
struct ListOptions: ParsableArguments {
  @Flag(name: .long, help: "Print JSON.")
  var json = false

  @Flag(name: .long, help: "Print CSV for a spreadsheet: semicolons, and a byte order mark.")
  var csv = false

  @OptionGroup var clock: ClockOption

  func validate() throws {
    if json, csv { throw ValidationError("--json and --csv exclude each other") }
  }

  func print(_ list: some Listed) {
    if json {
      StandardOutput.writeLine(list.json.text)
    } else {
      clock.showing {
        if csv { StandardOutput.write(list.csv) } else { StandardOutput.write(list.text) }
      }
    }
  }
}
