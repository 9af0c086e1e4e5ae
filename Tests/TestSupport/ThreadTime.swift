import Foundation

/// How long this thread has worked in the body, however many others run beside it.
public func threadTime(_ body: () throws -> Void) rethrows -> Duration {
  func clock() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
  let start = clock()
  try body()
  return clock() - start
}
