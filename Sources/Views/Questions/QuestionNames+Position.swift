import ParcelStore

extension QuestionNames {
  /// The numbers of another store, or of this one before it was restored, belong to other events.
  /// - Throws: `QuestionFault` where a position says nothing about a store.
  public func refuse(
    _ after: EventPosition, notIn store: Incarnation
  ) throws(QuestionFault) {
    guard let given = after.incarnation, !after.isValid(in: store) else { return }
    throw fault(
      "after",
      "\(after) is a position of the store \(given), and this one is \(store): it was restored from a backup, its "
        + "server's replica was promoted, or it is another store; begin again without it, and pass over what you have "
        + "by account_id, parcel, occurred_at, code and site")
  }
}
