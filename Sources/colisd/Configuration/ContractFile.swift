import Contract
import Crypto

/// Reads one file of `contracts.d`.
package struct ContractFile {
  let path: String
  /// Nil when the file is no YAML that could be a contract.
  package let contract: MerchantContract?
  /// Where its secrets are; only `colisd check` looks whether they can be read.
  let secrets: [SecretReference]
  /// What looks odd in it, and is no mistake.
  let notes: [ConfigurationProblem]
  /// Everything that is wrong with it, with its place.
  package let problems: [ConfigurationProblem]
  private let root: YAMLSection?

  package init(path: String, id: String) {
    self.path = path
    let list = ProblemList(file: path)
    do throws(ConfigurationError) {
      let file = try YAMLFile(path: path, problems: list)
      let root = file.root
      var secrets: [SecretReference] = []
      var form = Self.form(root, id: id, problems: list, &secrets)
      form.source = ContractSource(path: path, sha256: Array(SHA256.hash(data: file.bytes)))
      form.editedAt = file.editedAt
      self.root = root
      // Without its id it is not clear which contract it is: it may be any that is known.
      guard !form.id.isEmpty else {
        contract = nil
        self.secrets = []
        notes = []
        if list.problems.isEmpty { root.fail("id", "must not be empty: leave the key out") }
        problems = list.problems
        return
      }
      self.secrets = secrets
      let contract = MerchantContract(form: form)
      self.contract = contract
      func placed(_ problem: ContractProblem) -> ConfigurationProblem {
        ConfigurationProblem(
          file: path, place: Self.place(of: problem.path, in: root), sentence: problem.message)
      }
      notes = contract.notes.map(placed)
      // These came through the form, without places; the places are known here.
      problems =
        list.problems + contract.problems.filter { $0.path != Self.elsewhere }.map(placed)
    } catch {
      root = nil
      contract = nil
      secrets = []
      notes = []
      problems = error.problems
    }
  }

  /// The place of a field, or of the section where it is missing.
  package func place(of path: FieldPath) -> ConfigurationProblem.Place? {
    root.flatMap { Self.place(of: path, in: $0) }
  }

  private static func place(
    of path: FieldPath, in root: YAMLSection
  ) -> ConfigurationProblem.Place? {
    var section = root
    for key in path.keys.dropLast() {
      guard let inner = section.sectionOrNothing(key) else { return section.place(of: key) }
      section = inner
    }
    return path.keys.last.flatMap { section.place(of: $0) } ?? section.place
      ?? ConfigurationProblem.Place(line: 1, column: 1)
  }

  /// The path of problems that the list of the file has already.
  private static let elsewhere: FieldPath = ["(file)"]

  private static func form(
    _ root: YAMLSection, id: String, problems: ProblemList, _ secrets: inout [SecretReference]
  ) -> ContractForm {
    let subscription = root.section("subscription")
    let tracking = root.section("tracking")
    var form = ContractForm(
      id: root.has("id") ? root.text("id") ?? "" : id, name: root.text("name"),
      subscription: .init(plan: subscription?.text("plan"), active: subscription?.text("active")),
      tracking: .init(requested: tracking?.text("requested"), silence: tracking?.text("silence")))
    subscription?.refuseOtherKeys()
    tracking?.refuseOtherKeys()
    for kind in ServiceKind.allCases {
      guard root.has(kind.rawValue) else { continue }
      // A service whose value is no mapping was reported; it counts as given, and lacks everything.
      let section = root.section(kind.rawValue)
      var fields: [ContractField: String] = [:]
      for field in kind.fields {
        if field.isSecret {
          let secret = section?.secret(field.rawValue, relativeTo: problems.file.folder)
          if let secret {
            fields[field] = ServiceForm.secretGiven
            secrets.append(secret)
          }
        } else {
          fields[field] = section?.text(field.rawValue)
        }
      }
      section?.refuseOtherKeys()
      form.services[kind] = ServiceForm(fields: fields)
    }
    root.refuseOtherKeys()
    form.refused = Set(
      problems.refused.map { FieldPath($0.split(separator: ".").map(String.init)) })
    form.problems = problems.problems.map {
      ContractProblem(path: elsewhere, kind: .malformed, message: $0.description)
    }
    return form
  }
}
