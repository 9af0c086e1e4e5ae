import Carrier
import ParcelStore

/// An entry that an endpoint of webhooks has not taken after the last try.
public struct ParkedDelivery: Sendable, Hashable {
  public let endpoint: String
  public let delivery: OpenDelivery

  public init(endpoint: String, delivery: OpenDelivery) {
    self.endpoint = endpoint
    self.delivery = delivery
  }
}

/// Parked deliveries: a page of a list that may be long.
public struct ParkedList: Listed {
  public let deliveries: [ParkedDelivery]
  /// Whether the list begins with this page.
  private let isFirst: Bool

  public init(_ deliveries: [ParkedDelivery], isFirst: Bool = true) {
    self.deliveries = deliveries
    self.isFirst = isFirst
  }

  public static let keys = [
    "endpoint", "seq", "parcel", "parked_at", "tries", "status", "reason", "answer",
  ]

  public var objects: [JSON] {
    deliveries.map { parked in
      let endpoint: (key: String, value: JSON) = ("endpoint", .string(parked.endpoint))
      return .object([endpoint] + parked.delivery.members)
    }
  }

  /// A table, with its header on the first page; of the answers the first line.
  public var text: String {
    var table = Table(
      ["endpoint", "parcel", "seq", "parked at", "tries", "status", "reason", "answer"],
      numbers: [2, 4, 5], hasHeader: isFirst, least: ["answer", "reason"])
    for parked in deliveries { table.add([parked.endpoint] + parked.delivery.cells) }
    return table.text
  }
}

extension OpenDelivery {
  /// When it was parked: seconds since 1970; nil: it is not.
  private var parkedAt: Int64? { if case .parked(let at) = state { at } else { nil } }

  /// When it is tried again: seconds since 1970; nil: after an earlier one of its parcel, or never.
  var nextTry: Int64? { if case .waiting(let until) = state { until } else { nil } }

  fileprivate var cells: [String?] {
    [
      parcel.description, "\(seq)", parkedAt.map { TextForm.time($0) }, "\(tries)",
      fault?.status.map { "\($0)" }, fault?.reason,
      fault?.answer?.split(whereSeparator: \.isNewline).first.map(String.init),
    ]
  }

  /// Of its object in JSON.
  var members: [(key: String, value: JSON)] {
    [
      ("seq", .integer(seq)), ("parcel", .string(parcel.description)),
      isParked ? ("parked_at", JSON(utc: parkedAt)) : ("next_try_at", JSON(utc: nextTry)),
      ("tries", JSON(tries)), ("status", JSON(fault?.status)), ("reason", JSON(fault?.reason)),
      ("answer", JSON(fault?.answer)),
    ]
  }
}
