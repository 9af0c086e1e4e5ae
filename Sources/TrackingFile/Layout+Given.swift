import Carrier

// Values that rows do not have: constants, and what the path of the file says.
extension Layout {
  /// Whether a file's path gives a part of the account of its rows.
  public var takesFromPath: Bool { given.values.contains(.path) }

  /// The account pair of a file whose path names it, together with what the layout gives; nil: it does not.
  /// The gate is asked about it before the file is fetched.
  public func account(in path: String) -> AccountPair? {
    guard let found = self.path?.names(in: path) else { return nil }
    guard let account = found.account ?? value(of: .account),
      let accountID = found.accountID ?? value(of: .accountID)
    else { return nil }
    return AccountPair(account: account, accountID: accountID)
  }

  private func value(of column: Column) -> String? {
    if case .value(let text)? = given[column] { text } else { nil }
  }

  /// The same layout for one file: what comes from its path is a value. It is kept with held rows, as their
  /// path may be another one when they are read again.
  /// - Throws: if the path has not the form of the layout's pattern, so that nobody knows whose the rows are.
  public func reading(fileAt path: String?) throws(FileFailure) -> Layout {
    guard takesFromPath, let pattern = self.path else { return self }
    guard let path, let pair = account(in: path) else {
      throw .notATrackingFile(
        "its path names no account: the layout takes it from there, by the path \(pattern.text)")
    }
    var options = options
    for (column, given) in given where given == .path {
      options.given[column] = .value(column == .account ? pair.account : pair.accountID)
    }
    do {
      return try Layout(name: name, version: version, format: format, options: options)
    } catch {
      throw .notATrackingFile("its path gives no usable account: \(error)")
    }
  }

  /// How many columns are joined of several.
  var joinedColumns: Int {
    switch format {
    case .delimited(_, _, let names): names.values.count { $0.count > 1 }
    case .headerless(_, _, let numbers): numbers.values.count { $0.count > 1 }
    case .fixedWidth(let spans): spans.values.count { $0.count > 1 }
    }
  }

  /// Whether a text is a parcel's number, or a key with one.
  func isNumber(_ text: String) -> Bool {
    switch number {
    case .colisPrive: TrackingKey(text) != nil
    case .any: ParcelNumber(any: text) != nil
    }
  }

  /// The bytes of each value that is given, in the order of the columns; what only a path says is not among
  /// them.
  /// - Parameter encoding: that of the lines. UTF-16 was turned into UTF-8, so it may be another one than the
  ///   layout's.
  func givenBytes(in encoding: TextEncoding) -> [(column: Int, bytes: [UInt8])] {
    Column.allCases.enumerated().compactMap { index, column in
      guard let text = value(of: column) else { return nil }
      return (index, encoding.encode(text) ?? Array(text.utf8))
    }
  }
}
