import Carrier
import Contract
import ParcelStore
import Views

/// Rows that are held, and those that were only counted, as the page shows them.
package struct HeldRows: Sendable {
  package let list: HeldList
  package let request: PageRequest

  private var language: Language { request.language }

  package var context: PageContext {
    let near = NearMatchIndex(list.contracts ?? ContractSet([]))
    return [
      "has_held": .flag(!list.held.isEmpty), "held": .list(list.held.map { row($0, near) }),
      "held_files": .text(
        list.files == 0
          ? nil
          : language.choose(
            "\(language.files(list.files)) : pas lus, car le compte de leur chemin ne peut pas encore entrer",
            "\(language.files(list.files)): not read, as the account in their path may not come in yet"
          )
      ),
      "held_files_url": .text(request.url("files", query: [("state", "held")])),
      "has_skipped": .flag(!list.skipped.accounts.isEmpty),
      "skipped": .list(list.skipped.accounts.prefix(100).map(row)),
    ]
  }

  private func row(_ entry: HeldSummary, _ near: NearMatchIndex) -> PageContext {
    let match =
      entry.reason == .unknownAccount ? near.matches(of: entry.account).first : nil
    return [
      "held_account": .text(entry.account.description),
      "held_reason": .text(language.word(entry.reason)),
      "held_rows": .text(language.number(entry.rows)),
      "held_oldest": .text(language.time(entry.oldest, now: request.now)),
      "held_advice": .text(language.advice(entry.reason)),
      "held_near": .text(
        match.map { match in
          language.choose(
            "Presque le même : \(match.pair), \(language.word(match.service)) du contrat \(match.contract). Une faute de frappe ?",
            "Nearly the same: \(match.pair), \(language.word(match.service)) of contract \(match.contract). A slip?"
          )
        }),
    ]
  }

  private func row(_ entry: SkippedSummary) -> PageContext {
    [
      "skipped_account": .text(entry.account?.description ?? language.choose("autres", "others")),
      "skipped_rows": .text(language.number(entry.rows)),
      "skipped_latest": .text(language.time(entry.latest, now: request.now)),
    ]
  }
}
