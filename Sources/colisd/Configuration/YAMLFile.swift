import Foundation
import Yams

/// A file of the configuration as nodes that know their places.
///
/// Values are the text that stands there: nothing is guessed to be a number or a date. Anchors,
/// aliases and tags are refused, so a small file can't become a huge one. A user who can
/// write these files can stop the daemon anyway, so a limit of size is enough against slow ones.
struct YAMLFile {
  let path: String
  /// What stands in the file.
  let bytes: [UInt8]
  /// When the file was written last: seconds since 1970.
  let editedAt: Int64
  let root: YAMLSection

  /// - Throws: every fault of the syntax, with its place.
  init(path: String, problems: ProblemList) throws(ConfigurationError) {
    self.path = path
    func unreadable(_ sentence: String) -> ConfigurationError {
      ConfigurationError([ConfigurationProblem(file: path, place: nil, sentence: sentence)])
    }
    let bytes: [UInt8]
    switch EditedFile.read(path, atMost: Self.largest) {
    case .success(let file): (bytes, editedAt) = (file.bytes, file.editedAt)
    case .failure(let failure):
      let words = String(cString: strerror(failure.code))
      let advice =
        switch failure.code {
        case ENOENT: "write it, or check the name"
        case EACCES, EPERM: "run as a user that may read it (sudo), or check its owner and mode"
        case EISDIR: "name a file"
        default: "check the disk"
        }
      throw unreadable("cannot be read: \(words); \(advice)")
    }
    guard bytes.count <= Self.largest else {
      throw unreadable("is larger than \(Self.largest) bytes")
    }
    // Some editors begin a file with a byte order mark.
    let mark: [UInt8] = [0xef, 0xbb, 0xbf]
    let words = bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes[...]
    guard let text = String(validating: words, as: UTF8.self) else {
      throw unreadable("is not UTF-8")
    }
    self.bytes = bytes
    root = try Self.parse(text, path, problems)
  }

  /// A configuration is written by hand: a contract has about thirty lines, and a status map of two
  /// thousand codes fits. The parser compares keys, which takes the square of their length where they are
  /// lists; of so few bytes that is about a second.
  private static let largest = 64 << 10

  /// The content of a text that stands in no file, or has been read.
  static func parse(
    _ text: String, _ path: String, _ problems: ProblemList
  ) throws(ConfigurationError) -> YAMLSection {
    func problem(
      _ sentence: String, _ place: ConfigurationProblem.Place?
    ) -> ConfigurationError {
      ConfigurationError([
        ConfigurationProblem(
          file: path, place: place ?? .init(line: 1, column: 1), sentence: sentence)
      ])
    }
    func problem(_ sentence: String, _ mark: Mark?) -> ConfigurationError {
      problem(sentence, mark.map { .init(line: $0.line, column: $0.column) })
    }
    if let offset = usedAnchor(in: text) {
      throw problem(Tags.anchors, ConfigurationProblem.Place(ofOffset: offset, in: text))
    }
    do {
      // The parser owns the anchors; nodes only point to them, so it has to live until they are checked.
      // Nodes are all that is wanted of it, so it needs to know no types; the encoding it would look up
      // in the environment.
      let parser = try Parser(
        yaml: text, resolver: .basic, constructor: Constructor([:], [:], [:]), encoding: .utf8)
      let node = try parser.singleRoot()
      defer { withExtendedLifetime(parser) {} }
      guard let node else { return YAMLSection(node: nil, name: "", problems: problems) }
      if let (what, mark) = Tags().refused(node) {
        throw problem(what, mark)
      }
      guard case .mapping = node else {
        throw problem("expected keys and values", node.mark)
      }
      return YAMLSection(node: node, name: "", problems: problems)
    } catch let error as ConfigurationError {
      throw error
    } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
      throw problem("the key \(keys.joined(separator: ", ")) is given twice", context.mark)
    } catch YamlError.scanner(_, let reason, let mark, _), YamlError.parser(
      _, let reason, let mark, _),
      YamlError.composer(_, let reason, let mark, _)
    {
      throw problem(YAMLAdvice.sentence(reason, at: mark, in: text), mark)
    } catch YamlError.reader(let reason, let offset, let value, _) {
      let place = ConfigurationProblem.Place(ofOffset: offset ?? 0, in: text)
      throw problem("\(reason) (U+\(String(value, radix: 16, uppercase: true)))", place)
    } catch {
      throw problem("not YAML: \(error)", nil as ConfigurationProblem.Place?)
    }
  }

  /// Where the first anchor stands that an alias names, looked for before the parser follows them:
  /// aliases in a key would take it hours. What looks like both in a text counts too.
  private static func usedAnchor(in text: String) -> Int? {
    let ends = Array(" \t\r\n[]{},:?\"'".utf8)
    let words = text.utf8.split { ends.contains($0) }
    func names(_ sign: Unicode.Scalar) -> [(name: Substring.UTF8View, word: Substring.UTF8View)] {
      words.filter { $0.count > 1 && $0.first == UInt8(ascii: sign) }.map { ($0.dropFirst(), $0) }
    }
    let aliases = Set(names("*").map { Array($0.name) })
    return names("&").first { aliases.contains(Array($0.name)) }
      .map { text.utf8.distance(from: text.startIndex, to: $0.word.startIndex) }
  }
}

extension ConfigurationProblem.Place {
  /// - Parameter offset: how many bytes of the text stand before the place.
  fileprivate init(ofOffset offset: Int, in text: String) {
    let before = text.utf8.prefix(offset)
    let line = before.reversed().prefix { $0 != UInt8(ascii: "\n") }
    self.init(
      line: before.count { $0 == UInt8(ascii: "\n") } + 1,
      column: line.count { $0 & 0xc0 != 0x80 } + 1)
  }
}

/// Whether a node has a tag of its own. Made once per file, because Yams makes the tag again at each use and a
/// file has many nodes.
private struct Tags {
  private let implicit = Tag.implicit
  private let text = Tag(.str)

  static let anchors = "anchors and aliases are not allowed here"
  static let tags = "tags are not allowed here"

  /// The first anchor or tag in the order of the text. An alias needs an anchor before it, so the walk
  /// ends before it could follow one.
  func refused(_ node: Node, isKey: Bool = false) -> (String, Mark?)? {
    switch node {
    case .scalar(let scalar):
      if scalar.anchor != nil { return (Self.anchors, scalar.mark) }
      // Quoted texts and keys have the tag of a string by themselves.
      let isText = scalar.tag == text && (isKey || scalar.style != .plain)
      return scalar.tag == implicit || isText ? nil : (Self.tags, scalar.mark)
    case .sequence(let sequence):
      if sequence.anchor != nil { return (Self.anchors, sequence.mark) }
      if sequence.tag != implicit { return (Self.tags, sequence.mark) }
      for child in sequence {
        if let found = refused(child) { return found }
      }
      return nil
    case .mapping(let mapping):
      if mapping.anchor != nil { return (Self.anchors, mapping.mark) }
      if mapping.tag != implicit { return (Self.tags, mapping.mark) }
      for (key, value) in mapping {
        if let found = refused(key, isKey: true) ?? refused(value) { return found }
      }
      return nil
    case .alias:
      return (Self.anchors, node.mark)
    }
  }
}
