import ParcelStore
import Testing
import Views

@Suite struct MapInForceTests {
  @Test func aRemapThatIsNotFinishedSaysHowFarItIs() {
    var map = MapInForce(name: "annex", version: "1-0", since: 0)
    #expect(map.unfinished == nil)
    map.progress = RemapProgress(done: 3, all: 10)
    #expect(
      map.unfinished?.hasPrefix("3 of 10 parcels follow the status map annex so far, ") == true)
  }
}
