/// What a user's contract file says, field by field, before anything is decided.
///
/// Texts stand as they were written; an absent field is absent. `MerchantContract` judges them.
public struct ContractForm: Sendable {
  public var id: String
  public var name: String?
  public var subscription: Subscription
  public var tracking: Tracking
  /// A service left out is a service not used.
  public var services: [ServiceKind: ServiceForm]
  /// What was already found wrong while the file was read, such as a secret that can't be read.
  public var problems: [ContractProblem] = []
  /// Fields whose values were refused while the file was read: they are not reported as missing as
  /// well.
  public var refused: Set<FieldPath> = []
  /// The file that it was read from.
  public var source: ContractSource?
  /// When that file was edited last: seconds since 1970.
  public var editedAt: Int64?

  public struct Subscription: Sendable {
    public var plan: String?
    public var active: String?

    public init(plan: String? = nil, active: String? = nil) {
      self.plan = plan
      self.active = active
    }
  }

  public struct Tracking: Sendable {
    /// The day on which the sales advisor was informed: `yyyy-MM-dd`.
    public var requested: String?
    /// For how long nothing may come before the feed counts as silent: `72h`, `3d`.
    public var silence: String?

    public init(requested: String? = nil, silence: String? = nil) {
      self.requested = requested
      self.silence = silence
    }
  }

  public init(
    id: String, name: String? = nil, subscription: Subscription = Subscription(),
    tracking: Tracking = Tracking(), services: [ServiceKind: ServiceForm] = [:]
  ) {
    self.id = id
    self.name = name
    self.subscription = subscription
    self.tracking = tracking
    self.services = services
  }
}
