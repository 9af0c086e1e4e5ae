/// What the gate decides about an account pair.
public enum Verdict: Hashable, Sendable {
  case admit(ServiceReference)
  /// Rows of parcels that the store knows may enter: the service has another pair now, but parcels
  /// that were on their way still come under this one. Rows of other parcels are held, for a
  /// reason.
  case admitKnown(ServiceReference, otherwise: HoldReason)
  case hold(HoldReason)
  /// Counted, but not kept.
  case skip
}
