import SFTP

/// Writes packets as a server does, for tests without one.
enum Packets {
  static func number<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
  }

  static func string(_ bytes: [UInt8]) -> [UInt8] { number(UInt32(bytes.count)) + bytes }

  static func packet(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
    number(UInt32(body.count + 1)) + [type] + body
  }

  static func version(_ version: UInt32 = 3) -> [UInt8] {
    packet(2, number(version) + string(Array("x@y".utf8)) + string([1]))
  }

  static func status(_ id: UInt32, _ code: UInt32, _ message: String = "") -> [UInt8] {
    packet(101, number(id) + number(code) + string(Array(message.utf8)) + string([]))
  }

  static func handle(_ id: UInt32, _ handle: [UInt8] = [9]) -> [UInt8] {
    packet(102, number(id) + string(handle))
  }

  static func data(_ id: UInt32, _ bytes: [UInt8]) -> [UInt8] {
    packet(103, number(id) + string(bytes))
  }

  static func attributes(size: UInt64, mtime: UInt32, permissions: UInt32) -> [UInt8] {
    number(UInt32(0x8000_000f)) + number(size) + number(UInt64(0)) + number(permissions)
      + number(UInt32(7)) + number(mtime) + number(UInt32(1)) + string([1, 2]) + string([3])
  }

  static func names(_ id: UInt32, _ names: [[UInt8]]) -> [UInt8] {
    let entries = names.flatMap {
      string($0) + string(Array("-rw-r--r-- 1".utf8))
        + attributes(size: 5, mtime: 1_700_000_000, permissions: 0o100_644)
    }
    return packet(104, number(id) + number(UInt32(names.count)) + entries)
  }

  /// A machine that has agreed on version 3, its greeting already sent.
  static func readyMachine() throws -> SFTPMachine {
    var machine = SFTPMachine()
    machine.start()
    machine.receive(version())
    _ = try machine.nextReply()
    machine.withOutput { $0.count }
    return machine
  }
}

extension SFTPMachine {
  /// What waits to be sent.
  mutating func output() -> [UInt8] {
    var bytes: [UInt8] = []
    withOutput { part in
      bytes = Array(part)
      return part.count
    }
    return bytes
  }

  /// The replies, a payload as its bytes.
  mutating func replies() throws(SFTPProtocolError) -> [String] {
    var texts: [String] = []
    while let reply = try nextReply() {
      if case .data(let range) = reply.body {
        texts.append("\(reply.id): \(withData(range) { Array($0) })")
      } else {
        texts.append("\(reply.id): \(reply.body)")
      }
    }
    return texts
  }
}
