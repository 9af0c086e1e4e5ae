import Mustache

/// The templates of the pages, read once.
package struct PageTemplates: Sendable {
  package enum Name: String, CaseIterable, Sendable {
    case overview, parcels, parcel, explain, contracts, contract, files, held, rejects, unmapped
    case webhooks, error
    // Parts of pages.
    case head, foot, pager, message, filetable, feeds
  }

  private let library: MustacheLibrary

  package static let shared = PageTemplates()

  private init() {
    var library = MustacheLibrary()
    for name in Name.allCases {
      do {
        let text = String(decoding: name.bytes, as: UTF8.self)
        try library.register(text, named: name.rawValue)
      } catch {
        // They are part of the program, and a test reads them all.
        preconditionFailure("the template \(name.rawValue) is wrong: \(error)")
      }
    }
    self.library = library
  }

  package func html(_ name: Name, _ context: PageContext) -> [UInt8] {
    Array((library.render(context, withTemplate: name.rawValue) ?? "").utf8)
  }
}

extension PageTemplates.Name {
  /// The file in `Assets`, as SwiftPM puts it into the program.
  fileprivate var bytes: [UInt8] {
    switch self {
    case .overview: PackageResources.overview_mustache
    case .parcels: PackageResources.parcels_mustache
    case .parcel: PackageResources.parcel_mustache
    case .explain: PackageResources.explain_mustache
    case .contracts: PackageResources.contracts_mustache
    case .contract: PackageResources.contract_mustache
    case .files: PackageResources.files_mustache
    case .held: PackageResources.held_mustache
    case .rejects: PackageResources.rejects_mustache
    case .unmapped: PackageResources.unmapped_mustache
    case .webhooks: PackageResources.webhooks_mustache
    case .error: PackageResources.error_mustache
    case .head: PackageResources.head_mustache
    case .foot: PackageResources.foot_mustache
    case .pager: PackageResources.pager_mustache
    case .message: PackageResources.message_mustache
    case .filetable: PackageResources.filetable_mustache
    case .feeds: PackageResources.feeds_mustache
    }
  }
}
