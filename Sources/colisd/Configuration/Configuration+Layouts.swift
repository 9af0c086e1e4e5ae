import TrackingFile

extension Configuration {
  /// The layouts by which files of all sources and of this machine are read.
  func readLayouts() throws(ConfigurationError) -> [Layout] {
    var layouts: [Layout] = []
    for choice in Set([layout] + sources.map(\.layout)) { layouts.append(try choice.read()) }
    return layouts
  }
}
