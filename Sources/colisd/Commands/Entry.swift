import Dispatch
import Glibc

/// Where the process begins: what must be done before there is any thread but the first.
@main
enum Entry {
  static func main() {
    PrivateMemory.seal()
    LastWord.prepare()
    ProcessEnd.prepare()
    // Swift's own asynchronous entry would have started a thread by now, or waited for one.
    Resources.require()
    Task {
      await Colisd.main()
      exit(ExitStatus.done.rawValue)
    }
    dispatchMain()
  }
}
