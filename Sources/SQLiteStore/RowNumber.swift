import GRDB

/// The number of a row in the smaller form in which the writer's tables hold it.
///
/// Four billion parcels are more than the carrier ever had. If a store has them all the same, the commit
/// fails: a number that is cut would give one parcel's events to another.
func fitting<Number: FixedWidthInteger>(
  _ id: Int64, as type: Number.Type
) throws -> Number {
  guard let number = Number(exactly: id) else {
    throw DatabaseError(message: "a table has no more numbers below \(Number.max) for its rows")
  }
  return number
}
