import Foundation
import TestSupport
import Testing

extension Workspace {
  /// A workspace that reads local files, with one contract or none.
  convenience init(alone contract: ContractText?) throws {
    try self.init()
    try configureWithoutServer()
    for name in try folder.names(in: "contracts.d") {
      try FileManager.default.removeItem(atPath: folder.file("contracts.d/\(name)"))
    }
    if let contract { try put(contract) }
  }

  /// A service of the contract `neuf`, as `colisd contracts --json` gives it.
  func service(_ name: String = "home-fr") async throws -> JSONValue {
    let services = try await contract().services.elements
    return try #require(services.first { $0.service == .string(name) })
  }

  /// The methods of the contract `neuf`, in the order of the form.
  func methods() async throws -> [JSONValue] {
    try await contract().services.elements.flatMap(\.methods.elements)
  }
}
