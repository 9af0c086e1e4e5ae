import Foundation
import TestSupport

/// A pipe that takes no more until it is read.
final class FullPipe: Sendable {
  private let reading: Int32
  let writing: Int32

  init() throws {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw TestSupportError("no pipe") }
    (reading, writing) = (ends[0], ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(writing, F_SETFL, O_NONBLOCK)
    let page = [UInt8](repeating: 0, count: 4_096)
    while write(writing, page, page.count) > 0 {}
    // Both ends of the child's kind: it waits where it is not ready.
    _ = fcntl(writing, F_SETFL, 0)
  }

  deinit {
    close(reading)
    close(writing)
  }

  /// Reads until the text has come and its line is whole, or nothing comes for ten seconds.
  func read(until text: String) -> String {
    var bytes: [UInt8] = []
    var entry = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
    while poll(&entry, 1, 10_000) > 0 {
      var buffer = [UInt8](repeating: 0, count: 4_096)
      let count = Foundation.read(reading, &buffer, buffer.count)
      guard count > 0 else { break }
      bytes += buffer[..<count].filter { $0 != 0 }
      let all = String(decoding: bytes, as: UTF8.self)
      if all.hasSuffix("\n"), all.contains(text) { return all }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension Workspace {
  /// A daemon whose log goes into a pipe, once it has polled.
  func polling(into pipe: FullPipe) async throws -> RunningProcess {
    let process = try RunningProcess(
      Program.path(), ["run", "--config", configuration], environment: Program.environment(),
      directory: folder.path, error: .descriptor(pipe.writing))
    try await eventually(within: .seconds(30), "a poll") {
      try await statusIfThere()?.last_success_at.string != nil
    }
    return process
  }
}
