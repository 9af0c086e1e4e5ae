import TrackingFile

/// What a look at a file gives, one after the other: batches of rows, and then what else was found. Of a ZIP
/// archive each member has its rows and its end, and the archive itself has an end only if it can't be read.
public enum LookStep: Sendable {
  case batch(RecordBatch)
  case ended(FileLook)
}
