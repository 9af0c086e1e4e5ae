import Foundation
import Views

extension ProcessSnapshot.Use {
  /// As the kernel tells it of this process; nil where it does not.
  /// - Parameter start: when the process began.
  static func current(since start: Date) -> Self? {
    // pid (name) state … The name may have blanks and brackets.
    guard let stat = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
      let memory = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
      let name = stat.lastIndex(of: ")")
    else { return nil }
    let fields = stat[stat.index(after: name)...].split(separator: " ")
    let pages = memory.split(separator: " ").dropFirst().first.flatMap { Int64($0) }
    guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]),
      let pages
    else { return nil }
    var use = Self()
    use.startedAt = start.timeIntervalSince1970
    use.processorTime = (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    use.residentMemory = pages * Int64(sysconf(Int32(_SC_PAGESIZE)))
    use.openFiles = openFiles()
    var limit = rlimit()
    if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
      use.mostFiles = Int64(clamping: limit.rlim_cur)
    }
    return use
  }

  private static func openFiles() -> Int64 {
    guard let folder = opendir("/proc/self/fd") else { return 0 }
    defer { closedir(folder) }
    var entries: Int64 = 0
    while readdir(folder) != nil { entries += 1 }
    // Without `.`, `..` and the folder itself.
    return max(0, entries - 3)
  }
}
