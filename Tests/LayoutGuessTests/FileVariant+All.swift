import TrackingFile

/// Every kind of file that the guesser is measured on.
extension FileVariant {
  static let all: [FileVariant] =
    separators + headers + times + encodings + missingColumns + otherLines + headerless + fixedWidth

  private static let separators: [FileVariant] = [
    FileVariant("built-in"),
    FileVariant("comma") { $0.separator = "," },
    FileVariant("tabulator") { $0.separator = "\t" },
    FileVariant("bar") { $0.separator = "|" },
    FileVariant("comma, all quoted") {
      ($0.separator, $0.quote) = (",", "\"")
      $0.change = { $0 == .label ? $1 + ", le livreur est passé" : $1 }
    },
    FileVariant("single quotes") {
      $0.quote = "'"
      $0.change = { $0 == .label ? "Votre colis est livré" : $1 }
    },
    FileVariant("CR LF, all quoted") { ($0.lineEnd, $0.quote) = ("\r\n", "\"") },
    FileVariant("CR alone") { $0.lineEnd = "\r" },
    FileVariant("sep line") { $0.before = ["sep=;"] },
    FileVariant("caret") { $0.separator = "^" },
  ]

  private static let headers: [FileVariant] = [
    FileVariant("French") { $0.names = HeaderNames.french },
    FileVariant("French, other order") { ($0.names, $0.shuffle) = (HeaderNames.french, 3) },
    FileVariant("French, short") { ($0.names, $0.shuffle) = (HeaderNames.frenchShort, 4) },
    FileVariant("French, other names") { ($0.names, $0.shuffle) = (HeaderNames.frenchOther, 5) },
    FileVariant("French with other columns") {
      $0.names = HeaderNames.french
      $0.extra = [.town, .weight, .count, .orderDate]
      $0.shuffle = 6
    },
    FileVariant("English") {
      ($0.names, $0.language, $0.separator) = (HeaderNames.english, .english, ",")
    },
    FileVariant("English, short") {
      ($0.names, $0.language, $0.shuffle) = (HeaderNames.englishShort, .english, 7)
      $0.extra = [.town, .weight, .orderDate]
    },
    FileVariant("Dutch") {
      ($0.names, $0.language) = (HeaderNames.dutch, .dutch)
      $0.change = {
        $0 == .country
          ? "BE" : $0 == .postcode ? String($1.prefix(4)).replacing("06", with: "16") : $1
      }
    },
    FileVariant("Dutch, other names") {
      ($0.names, $0.language, $0.shuffle) = (HeaderNames.dutchOther, .dutch, 8)
      $0.extra = [.town, .orderDate]
    },
    FileVariant("names in upper case") {
      $0.names = HeaderNames.french.mapValues { $0.uppercased() }
    },
    FileVariant("abbreviated names") {
      ($0.names, $0.times, $0.shuffle) = (HeaderNames.abbreviated, .apart, 10)
      $0.extra = [.town, .weight, .orderDate]
    },
    FileVariant("unknown names") { $0.names = HeaderNames.unknown },
    FileVariant("unknown names with other columns") {
      ($0.names, $0.shuffle, $0.extra) = (HeaderNames.unknown, 9, [.town, .weight])
    },
    FileVariant("tracking keys") { $0.change = { $0 == .parcel ? $1 + "75012" : $1 } },
    FileVariant("numbers with blanks") {
      $0.change = { column, value in
        guard column == .parcel else { return value }
        return [0, 3, 6, 9].map { String(value.dropFirst($0).prefix(3)) }.joined(separator: " ")
      }
    },
    FileVariant("spreadsheet texts") { $0.change = { $0 == .parcel ? "=\"\($1)\"" : $1 } },
  ]

  private static let times: [FileVariant] = [
    FileVariant("minutes") { $0.times = .frenchMinutes },
    FileVariant("one digit") { $0.times = .oneDigit },
    FileVariant("date alone") { $0.times = .dateOnly },
    FileVariant("ISO") { $0.times = .iso },
    FileVariant("ISO with a blank") { $0.times = .isoBlank },
    FileVariant("month first") { $0.times = .american },
    FileVariant("AM and PM") { $0.times = .americanHalves },
    FileVariant("compact") { $0.times = .compact },
    FileVariant("compact day") { $0.times = .compactDay },
    FileVariant("dots") { $0.times = .dotted },
    FileVariant("dashes") { $0.times = .dashed },
    FileVariant("short year") { $0.times = .shortYear },
    FileVariant("hour with a letter") { $0.times = .hourLetter },
    FileVariant("seconds of 1970") { $0.times = .seconds },
    FileVariant("milliseconds of 1970") { $0.times = .milliseconds },
    FileVariant("date and time apart") { ($0.times, $0.names) = (.apart, HeaderNames.french) },
    FileVariant("compact date and time apart") {
      ($0.times, $0.names) = (.compactApart, HeaderNames.english)
    },
    FileVariant("letter, apart") {
      ($0.times, $0.names, $0.shuffle) = (.letterApart, HeaderNames.dutch, 11)
    },
    FileVariant("days up to 12") { $0.lowDays = true },
  ]

  private static let encodings: [FileVariant] = [
    FileVariant("byte order mark") { $0.encoding = .utf8Mark },
    FileVariant("Windows-1252") { ($0.encoding, $0.names) = (.windows1252, HeaderNames.french) },
    FileVariant("ISO-8859-15") {
      $0.encoding = .iso885915
      $0.change = { $0 == .label ? $1 + " au cœur de la ville" : $1 }
    },
    FileVariant("CP850") { ($0.encoding, $0.names) = (.cp850, HeaderNames.french) },
    FileVariant("UTF-16") { ($0.encoding, $0.names) = (.utf16, HeaderNames.french) },
    FileVariant("UTF-16 without a mark") { $0.encoding = .utf16Bare },
  ]

  private static let missingColumns: [FileVariant] = [
    FileVariant("no account") { $0.missing = [.account, .accountID] },
    FileVariant("account in the path") {
      $0.missing = [.account, .accountID]
      $0.path = "drop/E1_EM180619_20260901.csv"
    },
    FileVariant("no label") { $0.missing = [.label] },
    FileVariant("no code") { $0.missing = [.code] },
    FileVariant("only what is needed") {
      $0.missing = [.order, .code, .site, .postcode, .country]
    },
    FileVariant("numbers of another carrier") {
      $0.missing = [.account, .accountID]
      $0.change = { $0 == .parcel ? "05" + $1 : $1 }
      $0.isAnyNumber = true
    },
    FileVariant("few rows") { $0.rows = 2 },
    FileVariant("empty columns") { $0.change = { $0 == .order || $0 == .country ? "" : $1 } },
  ]

  private static let otherLines: [FileVariant] = [
    FileVariant("trailer with a count") { ($0.after, $0.trailer) = ("FIN;%d", "FIN") },
    FileVariant("trailer without a count") { ($0.after, $0.trailer) = ("EOF", "EOF") },
    FileVariant("titles before the header") {
      $0.before = ["Export des suivis", "Edité le 02/09/2026;;"]
      $0.names = HeaderNames.french
    },
    FileVariant("comments") { $0.before = ["# suivi", "# 2026"] },
    FileVariant("record types") {
      ($0.record, $0.names) = ("D", nil)
      ($0.before, $0.after, $0.trailer) = (["H;20260901;COLIS"], "T;%d", "T")
    },
  ]

  private static let headerless: [FileVariant] = [
    FileVariant("headerless") { $0.names = nil },
    FileVariant("headerless, other order") { ($0.names, $0.shuffle) = (nil, 12) },
    FileVariant("headerless with other columns") {
      ($0.names, $0.shuffle, $0.extra) = (nil, 13, [.town, .weight])
    },
    FileVariant("headerless, date and time apart") { ($0.names, $0.times) = (nil, .apart) },
    FileVariant("headerless, compact times") {
      ($0.names, $0.times, $0.separator) = (nil, .compact, "|")
    },
    FileVariant("headerless, English") { ($0.names, $0.language) = (nil, .english) },
  ]

  private static let usualWidths: [(content: Content, width: Int)] = [
    (.column(.account), 2), (.column(.accountID), 10), (.column(.parcel), 12), (.column(.code), 4),
    (.column(.date), 14), (.column(.site), 4), (.column(.postcode), 5), (.column(.country), 2),
    (.column(.order), 12), (.column(.label), 120),
  ]

  private static let fixedWidth: [FileVariant] = [
    FileVariant("fixed width") { ($0.widths, $0.times) = (usualWidths, .compact) },
    FileVariant("fixed width with blanks between") {
      $0.widths = usualWidths.map { ($0.content, $0.width + 2) }
      $0.times = .compact
    },
    FileVariant("fixed width, label first") {
      $0.widths = [usualWidths[9]] + usualWidths[..<9].map { ($0.content, $0.width + 1) }
      $0.times = .compact
    },
    FileVariant("fixed width, long dates") {
      $0.widths = usualWidths.map { ($0.content, $0.content == .column(.date) ? 20 : $0.width + 1) }
    },
    FileVariant("fixed width with a trailer") {
      ($0.widths, $0.times) = (usualWidths, .compact)
      ($0.after, $0.trailer) = ("FIN%d", "FIN")
    },
  ]
}
