import Ingest
import SFTP
import Testing

/// A file of a listing.
func listed(_ name: String, size: UInt64? = 1, mtime: UInt32? = 100) throws -> ListedFile {
  ListedFile(components: [try #require(RemoteName(name))], size: size, mtime: mtime)
}
