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

  /// Prints what is more than a list: its JSON, what of it makes a table for a spreadsheet, or what the last closure
  /// gives for people.
  func print(
    _ value: @autoclosure () -> JSON, csv bytes: () -> [UInt8], otherwise text: () -> String
  ) {
    if json {
      StandardOutput.writeLine(value().text)
    } else {
      clock.showing {
        if csv {
          StandardOutput.write(bytes())
        } else {
          StandardOutput.write(TextForm.folded(text()))
        }
      }
    }
  }

  func print(_ list: some Listed) {
    print(list.json, csv: { list.csv }, otherwise: { list.text })
  }
}
