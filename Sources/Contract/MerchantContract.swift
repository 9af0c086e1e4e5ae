import Carrier

/// A merchant's own contract with the carrier, read from its form.
///
/// ```swift
/// let contract = MerchantContract(form: form)
/// for problem in contract.problems { print(problem.message) }
/// ```
public struct MerchantContract: Sendable {
  public let id: String
  public let name: String?
  /// nil where no subscription is named.
  public let plan: Plan?
  /// Whether the subscription is active.
  public let isActive: Bool
  /// The day on which the sales advisor was informed.
  public let requested: CalendarDay?
  /// For how many hours of business days nothing may come before a feed counts as silent.
  public let silence: Int
  /// In the order of `ServiceKind`.
  public private(set) var services: [ContractService]
  /// Everything that is wrong, in the order of the form.
  public private(set) var problems: [ContractProblem]
  /// What looks odd but is no mistake.
  public let notes: [ContractProblem]
  /// Whether all of its file was understood: what was not may be a further service.
  let isReadWhole: Bool
  /// The file that it was read from.
  public let source: ContractSource?
  /// When that file was edited last: seconds since 1970; nil: not known.
  public let editedAt: Int64?

  /// How many hours a feed may be silent where the contract does not say.
  public static let defaultSilence = 72

  /// Judges a form. It never fails: everything that is wrong is in `problems`, and whatever can be
  /// read is known even of an incomplete contract.
  public init(form: ContractForm) {
    var problems = form.problems
    isReadWhole = form.problems.isEmpty
    id = form.id
    name = form.name
    if form.id.isEmpty {
      problems.append(
        ContractProblem(
          path: ["id"], kind: .malformed,
          message: "id is empty: give the contract an id, or leave the key out"))
    }
    func isRefused(_ path: FieldPath) -> Bool {
      path.keys.indices.contains { form.refused.contains(FieldPath(Array(path.keys[...$0]))) }
    }
    plan = Self.plan(form.subscription, isRefused, &problems)
    isActive = Self.isActive(form.subscription, isRefused, &problems)
    requested = Self.requested(form.tracking, &problems)
    silence = Self.silence(form.tracking, &problems)
    services = ServiceKind.allCases.compactMap { kind in
      form.services[kind].map {
        ContractService(kind: kind, form: $0, isRefused: isRefused, problems: &problems)
      }
    }
    notes = services.flatMap(\.notes)
    if services.isEmpty {
      let names = ServiceKind.allCases.map(\.rawValue).joined(separator: ", ")
      problems.append(
        ContractProblem(
          path: [], kind: .missing,
          message: "the contract \(form.id) has no service: add at least one of \(names)"))
    }
    self.problems = problems
    source = form.source
    editedAt = form.editedAt
  }

  /// Whether another contract has the same id, so that it is not clear which one is meant.
  public var hasNamesake: Bool { problems.contains { $0.kind == .idTakenTwice } }

  /// Whether every required field is there and well formed.
  public var isComplete: Bool { problems.isEmpty }
  /// Whether the subscription is active and allows own contracts.
  public var isSubscribed: Bool { isActive && plan?.allowsOwnContracts == true }

  /// Whether the advisor was informed by `today`; a day that lies ahead is not requested yet.
  public func isTrackingRequested(on today: CalendarDay) -> Bool {
    requested.map { $0 <= today } ?? false
  }

  /// Why rows of this contract may not come in today; nil when they may.
  ///
  /// Of several reasons it is the one that a merchant has to settle first.
  public func holdReason(on today: CalendarDay) -> HoldReason? {
    guard isComplete else { return .contractIncomplete }
    guard isSubscribed else { return .subscriptionRequired }
    return isTrackingRequested(on: today) ? nil : .trackingNotRequested
  }

  /// Records that another contract has the same id, so that it is not clear which of the two is meant.
  mutating func markNamesake(_ message: String) {
    problems.append(ContractProblem(path: ["id"], kind: .idTakenTwice, message: message))
  }

  /// Records that another contract claims the pair of a service.
  mutating func markClaimed(_ kind: ServiceKind, _ message: String) {
    guard let index = services.firstIndex(where: { $0.kind == kind }) else { return }
    services[index].conflict = message
  }

  public subscript(kind: ServiceKind) -> ContractService? { services.first { $0.kind == kind } }
}

extension MerchantContract {
  private static func plan(
    _ form: ContractForm.Subscription, _ isRefused: (FieldPath) -> Bool,
    _ problems: inout [ContractProblem]
  ) -> Plan? {
    let names = Plan.allCases.map(\.rawValue).joined(separator: ", ")
    let path: FieldPath = ["subscription", "plan"]
    guard let text = form.plan else {
      // Without the section there is no subscription, which is not a mistake in the form.
      if form.active != nil, !isRefused(path) {
        problems.append(
          ContractProblem(
            path: path, kind: .missing, message: "\(path) is missing: add one of \(names)"))
      }
      return nil
    }
    guard let plan = Plan(rawValue: text) else {
      problems.append(
        ContractProblem(
          path: path, kind: .unknownPlan,
          message: "\(path) is \"\(text)\", which is no plan: write one of \(names)"))
      return nil
    }
    return plan
  }

  private static func isActive(
    _ form: ContractForm.Subscription, _ isRefused: (FieldPath) -> Bool,
    _ problems: inout [ContractProblem]
  ) -> Bool {
    let path: FieldPath = ["subscription", "active"]
    switch form.active {
    case "true": return true
    case "false": return false
    case let text?:
      problems.append(.malformed(path, text, "must be true or false"))
    case nil where form.plan != nil && !isRefused(path):
      problems.append(
        ContractProblem(
          path: path, kind: .missing, message: "\(path) is missing: add true or false"))
    case nil: break
    }
    return false
  }

  private static func requested(
    _ form: ContractForm.Tracking, _ problems: inout [ContractProblem]
  ) -> CalendarDay? {
    guard let text = form.requested else { return nil }
    if let day = CalendarDay(text) { return day }
    problems.append(
      .malformed(
        ["tracking", "requested"], text, "must be a day of the calendar, such as 2026-11-02"))
    return nil
  }

  private static func silence(
    _ form: ContractForm.Tracking, _ problems: inout [ContractProblem]
  ) -> Int {
    guard let text = form.silence else { return defaultSilence }
    let hoursOfUnit: [Character: Int] = ["h": 1, "d": 24]
    let digits = text.dropLast()
    if let unit = text.last.flatMap({ hoursOfUnit[$0] }), (1...5).contains(digits.utf8.count),
      digits.utf8.allSatisfy(\.isASCIIDigit), let count = Int(digits), count > 0
    {
      return count * unit
    }
    problems.append(
      .malformed(["tracking", "silence"], text, "must be hours or days, such as 72h or 3d"))
    return defaultSilence
  }
}
