import Archive
import ParcelStore
import SFTP
import TrackingFile

/// Archives: each member is a file of the ledger, and so is the archive itself.
extension FileIntake {
  /// Ingests the members of a ZIP archive.
  ///
  /// Rows of members are committed as they come. That a member or the archive is done is only committed when the
  /// directory at the archive's end was compared with what was read.
  mutating func readArchive(
    _ archive: FileSighting, postAction: PostAction, from chunks: any ChunkSource
  ) async throws {
    // Another process may have read it since the listing.
    if isOfDrop, try await store.unfinished(among: [archive]).isEmpty { return }
    try await writer.append(part(ofArchive: archive, isFirst: true, end: nil))
    let members = ArchiveMembers(chunks)
    var read = ReadArchive(archive)
    let end: FileEnd
    do {
      while let member = try await members.nextMember() {
        if !member.isPassedOver(by: memberFilter) {
          let file = member.sighting(in: archive)
          let path = "\(archive.path)/\(printable(member.name))"
          let named = layout.account(in: path) == nil ? archive.path : path
          read.add(file, try await readMember(file, at: named, from: members))
        }
      }
      end = read.end(sha256: members.sha256, postAction: postAction)
    } catch let failure as FileFailure {
      end = read.fail(failure)
    }
    while try await copy?.next() != nil { try Task.checkCancellation() }
    for member in read.members {
      try await writer.append(part(of: member.file, isFirst: false, [], end: member.end))
    }
    try await writer.append(part(ofArchive: archive, isFirst: false, end: end))
  }

  /// A part of an archive's own row in the ledger, which has no rows; but the copy is the archive's.
  private func part(ofArchive archive: FileSighting, isFirst: Bool, end: FileEnd?) -> FilePart {
    var part = FilePart(
      file: archive, layout: LedgerFile.archiveLayout,
      origin: .reading(isFirst: isFirst, header: []), batches: [], end: end)
    part.seenAt = seenAt
    part.claim = claim
    part.raw = copy?.give(with: archive, isEnd: end != nil)
    return part
  }

  /// Reads a member, and gives all its rows to the writer, but not its end.
  /// - Parameter path: as for `read`: an archive is like a folder here, and may itself name the account.
  private mutating func readMember(
    _ file: FileSighting, at path: String, from members: ArchiveMembers
  ) async throws -> FileReading {
    observer.report(.fileStarted(path: file.path, size: nil))
    let begun = BegunFile(members)
    let beginning = try await begun.beginning(ZIPReader.markLength)
    var source: any ChunkSource = begun
    if ZIPReader.recognises(beginning) || TrackingFileReader.isPacked(beginning) {
      source = RefusedFile(
        .badArchive("refused: it is packed once more; ask for an archive of plain files"))
    }
    // The archive's checksums say that the member is whole.
    var reading = try await read(file, at: path, from: source, patience: nil)
    if reading.end.state == .ingested { reading.end.size = reading.size }
    if !reading.pending.isEmpty || reading.isFirst {
      try await writer.append(
        part(of: file, isFirst: reading.isFirst, reading.pending, end: nil))
    }
    return reading
  }
}

extension ZIPMember {
  /// Whether it is not read: folders, what `exclude` names, and what macOS adds to archives.
  func isPassedOver(by filter: FileFilter) -> Bool {
    guard !isFolder, let name = components.last else { return true }
    return filter.excludes(name) || components.first == Array("__MACOSX".utf8)
  }

  /// As the ledger knows it: `drop.zip!folder/member.csv`. Its size is known only at its end.
  fileprivate func sighting(in archive: FileSighting) -> FileSighting {
    FileSighting(
      source: archive.source, path: "\(archive.path)!\(printable(name))", size: nil,
      mtime: archive.mtime)
  }
}
