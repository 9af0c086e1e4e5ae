import Status
import TrackingFile

/// The files that the configuration names.
extension Configuration {
  /// The layouts by which files of all sources and of this machine are read.
  func readLayouts() throws(ConfigurationError) -> [Layout] {
    var layouts: [Layout] = []
    for choice in Set([layout] + sources.map(\.layout)) { layouts.append(try choice.read()) }
    return layouts
  }

  func readStatusMap() throws(ConfigurationError) -> StatusMap {
    if let path = statusMapFile { try StatusMapFile.read(path) } else { .builtIn }
  }

  /// Where the rules of the status map stand.
  func readRulePlaces() throws(ConfigurationError) -> RulePlaces {
    guard let statusMapFile else { return RulePlaces() }
    return try StatusMapFile.readWithPlaces(statusMapFile).places
  }

  func readContracts() throws(ConfigurationError) -> ContractFolder {
    try ContractFolder.read(contractsDirectory)
  }
}

extension Configuration.LayoutChoice {
  func read() throws(ConfigurationError) -> Layout {
    switch self {
    case .builtIn: Layout.colisPrive
    case .file(let path): try LayoutFile.read(path)
    }
  }
}
