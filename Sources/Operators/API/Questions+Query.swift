import Carrier
import Views

extension ParcelsQuestion {
  /// Reads the parameters that say which parcels are asked for.
  /// - Parameter now: seconds since 1970.
  init(_ query: inout QueryReader, now: Int64) throws(Problem) {
    self.init(names: .parameters)
    status = query.texts("status").filter { !$0.isEmpty }
    isOpen = try query.flag("open")
    accountID = try query.given("account-id")
    contract = try query.given("contract")
    order = try query.given("order")
    postcode = try query.given("postcode")
    site = try query.given("site")
    times = try AskedTimes(&query, now: now)
    stuck = try query.given("stuck")
    pickupDue = try query.given("pickup-due")
  }
}

extension EventsQuestion {
  /// Reads the parameters that say which events are asked for.
  init(_ query: inout QueryReader, now: Int64) throws(Problem) {
    self.init(names: .parameters)
    status = query.texts("status").filter { !$0.isEmpty }
    site = try query.given("site")
    times = try AskedTimes(&query, now: now)
    parcel = try query.given("parcel")
    source = try query.given("source")
  }
}

extension ParcelQuestion {
  /// Reads the number out of the path, where it is the third part.
  init(_ asked: Asked, _ query: inout QueryReader) throws {
    let number = try AskedNumber.readOne(asked.path.dropFirst(3).prefix(1).map { $0 })
    self.init(number, accountID: try query.given("account-id"))
  }
}

extension AskedTimes {
  fileprivate init(_ query: inout QueryReader, now: Int64) throws(Problem) {
    func time(_ name: String) throws(Problem) -> AskedTime? {
      // A form sends what was not filled in, too.
      if try query.given(name) == nil { return nil }
      return try query.time(name, now: now)
    }
    self.init(since: try time("since"), until: try time("until"))
  }
}

extension QueryReader {
  /// The value of a parameter; nil also where it is empty, as forms send what was not filled in.
  mutating func given(_ name: String) throws(Problem) -> String? {
    try text(name).flatMap { $0.isEmpty ? nil : $0 }
  }
}
