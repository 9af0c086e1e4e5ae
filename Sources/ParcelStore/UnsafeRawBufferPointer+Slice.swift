import TrackingFile

extension UnsafeRawBufferPointer {
  /// The bytes of a field.
  @inlinable
  @inline(__always)
  package func slice(_ range: ByteRange) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: self[range.offsets])
  }

  /// No bytes at all.
  @inlinable package static var empty: Self { Self(start: nil, count: 0) }
}
