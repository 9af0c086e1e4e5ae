import Carrier
import Views

extension ParcelsQuestion {
  /// Reads the parameters that say which parcels are asked for.
  /// - Parameter now: seconds since 1970.
  package init(_ query: inout QueryReader, now: Int64) throws(Problem) {
    self.init(names: .parameters)
    status = query.texts("status")
    isOpen = try query.flag("open")
    accountID = try query.text("account-id")
    contract = try query.text("contract")
    order = try query.text("order")
    postcode = try query.text("postcode")
    site = try query.text("site")
    times = try AskedTimes(&query, now: now)
    stuck = try query.text("stuck")
    pickupDue = try query.text("pickup-due")
  }
}

extension EventsQuestion {
  /// Reads the parameters that say which events are asked for.
  package init(_ query: inout QueryReader, now: Int64) throws(Problem) {
    self.init(names: .parameters)
    status = query.texts("status")
    site = try query.text("site")
    times = try AskedTimes(&query, now: now)
    parcel = try query.text("parcel")
    source = try query.text("source")
  }
}

extension ParcelQuestion {
  /// Reads the number out of the path, where it is the third part.
  init(_ asked: Asked, _ query: inout QueryReader) throws {
    let number = try AskedNumber.readOne(asked.path.dropFirst(3).prefix(1).map { $0 })
    self.init(number, accountID: try query.text("account-id"))
  }
}

extension AskedTimes {
  fileprivate init(_ query: inout QueryReader, now: Int64) throws(Problem) {
    self.init(since: try query.time("since", now: now), until: try query.time("until", now: now))
  }
}
