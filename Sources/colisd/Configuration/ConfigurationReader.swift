import Foundation
import Ingest
import ParcelStore
import SSH

/// Reads the sections of `colisd.yaml`; faults go to the section's list, and defaults go on.
struct ConfigurationReader {
  let folder: String

  func layout(_ section: YAMLSection?) -> Configuration.LayoutChoice {
    defer { section?.refuseOtherKeys() }
    let name = section?.choice("name", [("colisprive", "colisprive")])
    guard let file = section?.word("file") else { return .builtIn }
    if name != nil { section?.fail("file", "cannot stand beside layout.name") }
    return .file(file.path(relativeTo: folder))
  }

  func statusMap(_ section: YAMLSection?) -> String? {
    defer { section?.refuseOtherKeys() }
    return section?.requiredWord("file").path(relativeTo: folder)
  }

  func log(_ section: YAMLSection?) -> Configuration.Log {
    defer { section?.refuseOtherKeys() }
    let format = section?.choice(
      "format",
      [
        ("auto", Configuration.LogFormat.auto), ("text", .text), ("journald", .journald),
        ("json", .json),
      ])
    let levels = ["trace", "debug", "info", "notice", "warning", "error", "critical"]
    let level = section?.choice("level", levels.map { ($0, $0) })
    return Configuration.Log(format: format ?? .auto, level: level ?? "info")
  }

  func retention(_ section: YAMLSection?) -> Configuration.Retention {
    defer { section?.refuseOtherKeys() }
    var times: [String: Duration] = [:]
    for (key, what) in [("events", "events"), ("held", "held rows"), ("raw", "files")] {
      times[key] = section?.duration(key)
      guard times[key] == .zero else { continue }
      section?.fail(
        key,
        "would throw away all \(what) at once: write a time such as 30d, or leave the key out "
          + (key == "raw" ? "to keep no copies of files" : "to keep them"))
    }
    return Configuration.Retention(
      events: times["events"].map { EventRetention($0) }, held: times["held"], raw: times["raw"])
  }
}
