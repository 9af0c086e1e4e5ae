extension LocalFiles {
  /// The first bytes of a file of this machine.
  /// - Parameter path: `-` is standard input.
  /// - Returns: at most so many bytes, and whether they are all.
  /// - Throws: `ReadError`.
  public static func beginning(
    of path: String, atMost most: Int
  ) async throws -> (bytes: [UInt8], isWhole: Bool) {
    try await withTaskExecutorPreference(QueueTaskExecutor(label: "local-file")) {
      let file = try LocalFile(path)
      var bytes: [UInt8] = []
      while bytes.count <= most {
        guard let chunk = try await file.next() else { return (bytes, true) }
        bytes += chunk
      }
      return (Array(bytes[..<most]), false)
    }
  }
}
