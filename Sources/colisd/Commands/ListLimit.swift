import ArgumentParser

/// How many entries a list has at most: a number, or `all`.
struct ListLimit: ExpressibleByArgument {
  let count: Int

  init(_ count: Int) { self.count = count }

  init?(argument: String) {
    if argument == "all" {
      count = .max
    } else if let count = Int(argument) {
      self.count = count
    } else {
      return nil
    }
  }
}
