import Foundation
import Views

extension ProcessSnapshot.Use {
  /// As the kernel tells it of this process; nil where it does not.
  static func current() -> Self? {
    // pid (name) state … Field 22 is the start, in ticks since the machine's. A name may have blanks and brackets.
    guard let stat = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
      let memory = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
      let name = stat.lastIndex(of: ")")
    else { return nil }
    let fields = stat[stat.index(after: name)...].split(separator: " ")
    let pages = memory.split(separator: " ").dropFirst().first.flatMap { Int64($0) }
    guard fields.count > 19, let ticks = Double(fields[19]), let pages else { return nil }
    var use = Self()
    // /proc/stat, which has the time of the machine's start, is hidden from a service.
    let age = seconds(CLOCK_BOOTTIME) - ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    // In whole hundredths, so that it does not change from one look to the next by the clocks' last digits.
    use.startedAt = ((seconds(CLOCK_REALTIME) - age) * 10).rounded() / 10
    use.processorTime = seconds(CLOCK_PROCESS_CPUTIME_ID)
    use.residentMemory = pages * Int64(sysconf(Int32(_SC_PAGESIZE)))
    use.openFiles = openFiles()
    var limit = rlimit()
    if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
      use.mostFiles = Int64(clamping: limit.rlim_cur)
    }
    return use
  }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
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
