import ParcelStore

extension MapInForce {
  /// That current statuses do not all follow the map yet: while a remap goes on, and after one that was killed. Nil: all
  /// follow it.
  public var unfinished: String? {
    progress.map {
      "\($0.done) of \($0.all) parcels follow the status map \(singleLine(name)) so far, the others have the status by "
        + "the map before; a daemon, a drain or colisd remap completes it"
    }
  }
}
