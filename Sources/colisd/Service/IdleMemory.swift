import CMalloc
import Glibc

/// Gives memory back between two polls, so that a waiting daemon needs little.
enum IdleMemory {
  static func release() {
    // glibc keeps what the poll freed for later use.
    malloc_trim(0)
    releaseCode()
  }

  /// Takes the pages of code and constants out of the process: the page cache keeps them, and those that
  /// waiting needs come back by themselves. They are never written to, so nothing is lost; what the loader
  /// adjusts lies in segments that are writable.
  private static func releaseCode() {
    _ = dl_iterate_phdr(
      { object, _, _ in
        guard let object = object?.pointee, let headers = object.dlpi_phdr else { return 0 }
        let page = UInt(sysconf(Int32(_SC_PAGESIZE)))
        for header in UnsafeBufferPointer(start: headers, count: Int(object.dlpi_phnum))
        where header.p_type == PT_LOAD && header.p_flags & UInt32(PF_W) == 0 {
          let start = UInt(object.dlpi_addr) &+ UInt(header.p_vaddr)
          let end = start + UInt(header.p_memsz)
          let aligned = start & ~(page - 1)
          madvise(UnsafeMutableRawPointer(bitPattern: aligned), Int(end - aligned), MADV_DONTNEED)
        }
        return 0
      }, nil)
  }
}
