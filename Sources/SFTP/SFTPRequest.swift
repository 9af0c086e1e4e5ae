/// A request to the server. These are the ones of version 3 that colisd needs (draft-ietf-secsh-filexfer-02,
/// section 6).
public enum SFTPRequest: Sendable, Equatable {
  case open(RemotePath)
  case close(SFTPHandle)
  case read(SFTPHandle, offset: UInt64, length: UInt32)
  /// The attributes of the path itself, not of what a symbolic link points to.
  case lstat(RemotePath)
  case stat(RemotePath)
  case fstat(SFTPHandle)
  case opendir(RemotePath)
  case readdir(SFTPHandle)
  case remove(RemotePath)
  case rename(from: RemotePath, to: RemotePath)
  case mkdir(RemotePath)
  case realpath(RemotePath)

  /// SSH_FXP_* of the request.
  var type: UInt8 {
    switch self {
    case .open: 3
    case .close: 4
    case .read: 5
    case .lstat: 7
    case .fstat: 8
    case .opendir: 11
    case .readdir: 12
    case .remove: 13
    case .mkdir: 14
    case .realpath: 16
    case .stat: 17
    case .rename: 18
    }
  }

  /// Which answer is allowed, besides a status that refuses.
  var expectation: Expectation {
    switch self {
    case .open, .opendir: .handle
    case .read(_, _, let length): .data(atMost: Int(length))
    case .lstat, .stat, .fstat: .attributes
    case .readdir, .realpath: .names
    case .close, .remove, .rename, .mkdir: .success
    }
  }

  enum Expectation: Equatable {
    case handle
    case data(atMost: Int)
    case attributes
    case names
    case success
  }

  func encode(id: UInt32, into packet: inout PacketWriter) {
    packet.begin(type)
    packet.append(id)
    switch self {
    case .open(let path):
      packet.append(path.bytes)
      packet.append(UInt32(1))  // SSH_FXF_READ
      packet.append(UInt32(0))  // no attributes
    case .close(let handle), .fstat(let handle), .readdir(let handle):
      packet.append(handle.bytes)
    case .read(let handle, let offset, let length):
      packet.append(handle.bytes)
      packet.append(offset)
      packet.append(length)
    case .lstat(let path), .stat(let path), .opendir(let path), .remove(let path),
      .realpath(let path):
      packet.append(path.bytes)
    case .mkdir(let path):
      packet.append(path.bytes)
      packet.append(UInt32(0))  // no attributes
    case .rename(let from, let to):
      packet.append(from.bytes)
      packet.append(to.bytes)
    }
    packet.end()
  }
}
