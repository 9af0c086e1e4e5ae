import Foundation
import TestSupport
import Testing

/// What happens to a machine while `colisd` runs on it; Tests/Faults/faults.c says how.
enum Fault: String, CaseIterable, CustomTestStringConvertible, Sendable {
  /// SIGKILL: what was written is there.
  case kill
  /// A loss of power: of what was not synced, each sector is there or not.
  case power
  case diskFull = "ENOSPC"
  case diskBroken = "EIO"
  case diskReadOnly = "EROFS"

  var testDescription: String { rawValue }
}

/// One step of a program that the world outside can see.
struct Step: Sendable {
  var number: Int
  /// `write`, `sync`, `truncate`, `create`, `remove` or `send`.
  var name: String
  var file: String

  /// Everything but the many writes between two syncs.
  var isNamed: Bool { name != "write" }
}

extension [Step] {
  /// What the ordinary suite tries: every second named step and each sixteenth write. Faults whose places in the list
  /// follow each other take turns, so that together they try twice as many.
  func sample(for fault: Fault) -> [Step] {
    let turn = Fault.allCases.firstIndex(of: fault) ?? 0
    var named = turn
    return filter { step in
      guard step.isNamed else { return (step.number + turn * 8).isMultiple(of: 16) }
      named += 1
      return named.isMultiple(of: 2)
    }
  }

  /// The step of a round: first those of a sample, then, in `make torture`, all of them by turns.
  func step(_ round: Int, after sample: [Step]) -> Step {
    round < sample.count ? sample[round] : self[round * 7919 % count]
  }
}

enum Faults {
  /// Lets a program fail at a step.
  /// - Parameters:
  ///   - workspace: whose store's files are watched.
  ///   - lasts: how many steps fail where the fault is one that passes; nil: all that follow.
  static func environment(
    _ fault: Fault, at step: Int, lasts: Int? = nil, seed: Int = 1, in workspace: Workspace
  ) async throws -> [String: String] {
    var environment = [
      "LD_PRELOAD": try await library("faults"), "FAULT": fault.rawValue, "FAULT_AT": "\(step)",
      "FAULT_SEED": "\(seed)", "FAULT_FOLDER": workspace.folder.file("colisd.db"),
    ]
    if let lasts { environment["FAULT_LASTS"] = "\(lasts)" }
    return environment
  }

  /// Runs a command undisturbed.
  /// - Returns: its steps.
  static func steps(
    of workspace: Workspace, _ body: ([String: String]) async throws -> Void
  ) async throws -> [Step] {
    let trace = workspace.folder.file("trace")
    try await body([
      "LD_PRELOAD": try await library("faults"), "FAULT_TRACE": trace,
      "FAULT_FOLDER": workspace.folder.file("colisd.db"),
    ])
    return try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n").map { line in
      let fields = line.split(separator: " ")
      guard fields.count == 3, let number = Int(fields[0]) else {
        throw TestSupportError("no step: \(line)")
      }
      return Step(number: number, name: String(fields[1]), file: String(fields[2]))
    }
  }

  /// Compiles Tests/Faults/NAME.c, once for all tests.
  static func library(_ name: String) async throws -> String {
    try await libraries.path(of: name)
  }

  private static let libraries = Libraries()

  private actor Libraries {
    private var folder: TemporaryDirectory?
    private var compiled: [String: Task<String, any Error>] = [:]

    func path(of name: String) async throws -> String {
      if let task = compiled[name] { return try await task.value }
      let folder = try self.folder ?? TemporaryDirectory()
      self.folder = folder
      let task = Task { try await Self.compile(name, folder) }
      compiled[name] = task
      return try await task.value
    }

    private static func compile(_ name: String, _ folder: TemporaryDirectory) async throws -> String
    {
      let source = URL(filePath: #filePath).appending(path: "../../../Faults/\(name).c")
        .standardized
      let target = folder.file("\(name).so")
      let result = try await run(
        "/usr/bin/cc",
        arguments: [
          "-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", target, source.path,
          "-ldl",
        ])
      guard result.status == 0 else { throw TestSupportError(result.standardError) }
      return target
    }
  }
}
