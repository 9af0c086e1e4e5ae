import SSH

extension SFTPClient {
  /// The attributes of what the path names; of a symbolic link itself unless it is to be followed.
  public func attributes(
    of path: RemotePath, followingLinks: Bool = false
  ) async throws(SFTPError) -> FileAttributes {
    let body = try await answer(followingLinks ? .stat(path) : .lstat(path), "look at", path)
    guard case .attributes(let attributes) = body else {
      throw unexpected("look at", path)
    }
    return attributes
  }

  /// Renames or moves. An existing target is not replaced: most servers answer `failure(code: 4)`.
  public func rename(from: RemotePath, to: RemotePath) async throws(SFTPError) {
    try await done(.rename(from: from, to: to), "rename to \(to)", from)
  }

  /// Removes a file.
  public func remove(_ path: RemotePath) async throws(SFTPError) {
    try await done(.remove(path), "remove", path)
  }

  /// Makes a directory; one that exists is `failure(code: 4)` on most servers.
  public func makeDirectory(_ path: RemotePath) async throws(SFTPError) {
    try await done(.mkdir(path), "make directory", path)
  }

  /// The path as the server completes it: `.` gives the directory one is in after login.
  public func realPath(_ path: RemotePath) async throws(SFTPError) -> RemotePath {
    guard case .names(let names) = try await answer(.realpath(path), "resolve", path),
      names.count == 1
    else { throw unexpected("resolve", path) }
    return RemotePath(names[0].name)
  }

  // MARK: For the other files of this room

  /// The answer to a request, a status that says no being an error.
  func answer(
    _ request: SFTPRequest, _ operation: String, _ path: RemotePath
  ) async throws(SFTPError) -> SFTPReply.Body {
    switch await ask(request) {
    case .success(.status(let status)) where status.code != SFTPStatus.ok:
      throw Failure.refused(status).error(operation, path, on: server)
    case .success(let body): return body
    case .failure(let failure): throw failure.error(operation, path, on: server)
    }
  }

  func handle(
    _ request: SFTPRequest, _ operation: String, _ path: RemotePath
  ) async throws(SFTPError) -> SFTPHandle {
    guard case .handle(let handle) = try await answer(request, operation, path) else {
      throw unexpected(operation, path)
    }
    return handle
  }

  private func done(
    _ request: SFTPRequest, _ operation: String, _ path: RemotePath
  ) async throws(SFTPError) {
    guard case .status = try await answer(request, operation, path) else {
      throw unexpected(operation, path)
    }
  }

  private func unexpected(_ operation: String, _ path: RemotePath) -> SFTPError {
    Failure(
      kind: .protocolViolation, reason: "the answer does not fit the question",
      advice: "check the server"
    ).error(operation, path, on: server)
  }
}
