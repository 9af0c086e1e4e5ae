import Foundation
import SFTP
import TestSupport
import Testing

@Suite(.serialized) struct OpenSSHTests {
  @Test(.openSSH()) func twentyThousandNamesAreListedAndNoneIsLost() async throws {
    let server = try OpenSSHServer.current
    for index in 0..<20_000 {
      _ = FileManager.default.createFile(atPath: server.drop.file("f\(index)"), contents: nil)
    }
    let listing = try await server.withClient { try await $0.list(RemotePath(server.drop.path)) }
    #expect(listing.entries.count == 20_000)
    #expect(Set(listing.entries.map(\.name)).count == 20_000)
    #expect(listing.entries.allSatisfy { $0.kind == .file && $0.size == 0 && $0.mtime != nil })
    #expect(listing.directory?.kind == .directory)
    // The same run by run; none is much longer than what waits at most.
    let runs = try await server.withClient { client in
      let directory = try await client.openDirectory(RemotePath(server.drop.path))
      var runs: [[RemoteEntry]] = []
      while let run = try await directory.next() { runs.append(run.entries) }
      return runs
    }
    #expect(Set(runs.flatMap { $0.map(\.name) }) == Set(listing.entries.map(\.name)))
    #expect(runs.count >= 4 && runs.allSatisfy { $0.count < 10_000 })
  }

  @Test(.openSSH()) func threeHundredFilesAreReadAtOnce() async throws {
    let server = try OpenSSHServer.current
    for index in 0..<300 {
      try server.drop.write("f\(index)", content(index * 137, seed: UInt64(index)))
    }
    try await server.withClient { client in
      try await withThrowingTaskGroup(of: Bool.self) { group in
        for index in 0..<300 {
          group.addTask {
            let size: UInt64? = index.isMultiple(of: 2) ? UInt64(index * 137) : nil
            return try await client.bytes(server.path("f\(index)"), expectedSize: size)
              == content(index * 137, seed: UInt64(index))
          }
        }
        for try await isRight in group { #expect(isRight) }
      }
    }
  }

  @Test(.openSSH()) func filesThatNobodyTakesHoldUpNoOther() async throws {
    let server = try OpenSSHServer.current
    let sizes = (0..<12).map { 1_500_000 + $0 * 1_000 }
    for (index, size) in sizes.enumerated() {
      try server.drop.write("f\(index)", content(size, seed: UInt64(index)))
    }
    try await server.withClient { client in
      // All are open and read ahead, more than may be held; the last one is taken first.
      var files: [RemoteFile] = []
      for index in sizes.indices { files.append(await client.open(server.path("f\(index)"))) }
      let missing = await client.open(server.path("missing"))
      let givenBack = await client.open(server.path("f0"))
      await givenBack.close()
      for index in sizes.indices.reversed() {
        var bytes: [UInt8] = []
        while let segment = try await files[index].next() { bytes += segment }
        #expect(bytes == content(sizes[index], seed: UInt64(index)))
      }
      let error = await #expect(throws: SFTPError.self) { try await missing.next() }
      #expect(error?.kind == .noSuchFile)
      #expect(error?.operation == "open")
    }
  }

  @Test(.openSSH()) func fiftyMegabytesComeByteForByte() async throws {
    let server = try OpenSSHServer.current
    let whole = content(50_000_003)
    try server.drop.write("big", whole)
    let read = try await server.withClient { try await $0.bytes(server.path("big")) }
    #expect(read == whole)
  }

  @Test(.openSSH()) func renamingOntoAnExistingFileReplacesNothing() async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("a", "a")
    try server.drop.write("b", "b")
    try await server.withClient { client in
      let error = await #expect(throws: SFTPError.self) {
        try await client.rename(from: server.path("a"), to: server.path("b"))
      }
      #expect(error?.kind == .failure(code: 4))
      let kept = try await client.bytes(server.path("b"))
      #expect(kept == Array("b".utf8))
    }
  }

  @Test(.openSSH()) func filesAreMovedMadeAndRemoved() async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("a", "a")
    try await server.withClient { client in
      try await client.makeDirectory(server.path("archive"))
      try await client.rename(from: server.path("a"), to: server.path("archive/a"))
      #expect(try await client.attributes(of: server.path("archive/a")).size == 1)
      #expect(try await client.attributes(of: server.path("archive")).kind == .directory)
      try await client.remove(server.path("archive/a"))
      let error = await #expect(throws: SFTPError.self) {
        try await client.attributes(of: server.path("archive/a"))
      }
      #expect(error?.kind == .noSuchFile)
      #expect(try await client.realPath(server.path("archive/..")) == RemotePath(server.drop.path))
    }
  }

  @Test(.openSSH()) func namesThatAreNoUTF8AreReadAsTheyAre() async throws {
    let server = try OpenSSHServer.current
    let bytes = Array(server.drop.path.utf8) + Array("/livr".utf8) + [0xe9]
    let descriptor = (bytes + [0]).withUnsafeBytes {
      open($0.bindMemory(to: CChar.self).baseAddress!, O_CREAT | O_WRONLY, 0o600)  // not empty
    }
    #expect(descriptor >= 0)
    close(descriptor)
    try await server.withClient { client in
      let listing = try await client.list(RemotePath(server.drop.path))
      let name = try #require(listing.entries.first?.name)
      #expect(name.bytes == Array("livr".utf8) + [0xe9])
      #expect(try await client.bytes(RemotePath(server.drop.path).appending(name)).isEmpty)
    }
  }

  @Test(.openSSH(configuration: ["ForceCommand internal-sftp -R"]))
  func whatIsForbiddenIsPermissionDenied() async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("a", "a")
    try await server.withClient { client in
      let error = await #expect(throws: SFTPError.self) {
        try await client.remove(server.path("a"))
      }
      #expect(error?.kind == .permissionDenied)
      #expect(error?.description.contains(server.drop.file("a")) == true)
    }
  }

  @Test(.openSSH()) func aFileThatChangesWhileItIsReadIsNoWholeFile() async throws {
    let server = try OpenSSHServer.current
    let path = try server.drop.write("a", content(8_000_000))
    try await server.withClient { client in
      let error = await #expect(throws: SFTPError.self) {
        try await client.withFile(server.path("a")) { file in
          _ = try await file.next()
          let handle = try FileHandle(forWritingTo: URL(filePath: path))
          try handle.seekToEnd()
          try handle.write(contentsOf: Data([1]))
          try handle.close()
          while try await file.next() != nil {}
        }
      }
      #expect(error?.kind == .changedWhileReading)
    }
  }

  @Test(.openSSH(subsystem: "/bin/echo Not here, please"))
  func textInsteadOfSFTPIsQuoted() async throws {
    let error = await #expect(throws: SFTPError.self) {
      try await OpenSSHServer.current.withClient { _ in }
    }
    #expect(error?.kind == .protocolViolation)
    #expect(error?.description.contains("Not here, please") == true)
  }

  @Test(.openSSH()) func aKilledServerIsNoticedAtOnce() async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("big", content(30_000_000))
    let start = ContinuousClock.now
    try await server.withClient(timeout: .seconds(60)) { client in
      let error = await #expect(throws: SFTPError.self) {
        try await client.withFile(server.path("big")) { file in
          _ = try await file.next()
          server.kill()
          while try await file.next() != nil {}
        }
      }
      #expect(error?.kind == .connectionLost)
    }
    #expect(ContinuousClock.now - start < .seconds(50))
  }
}
