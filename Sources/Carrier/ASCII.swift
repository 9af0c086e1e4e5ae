extension UInt8 {
  /// Whether the byte is one of `0` to `9`.
  @inlinable package var isASCIIDigit: Bool { self &- 0x30 < 10 }

  /// Whether the byte is one of `a` to `z` and `A` to `Z`.
  @inlinable package var isASCIILetter: Bool { (self | 0x20) &- 0x61 < 26 }
}
