import TrackingFile

/// What a name in a header may mean.
enum ColumnWord: Hashable {
  case column(Layout.Column)
  /// The time of day, where date and time stand apart.
  case time
  /// Something that no layout has a column for, such as a town, or a date that is not the event's.
  case other

  /// The meanings of a name, the likeliest first; empty: it is not known.
  static func meanings(of name: String) -> [ColumnWord] {
    let key = fold(name)
    if let known = table[key] { return known }
    // Of `numero_colis_cp` the words that are known, or that are within it.
    let tokens = Set(words(of: name).map(fold))
    let within = table.keys.filter { $0.count >= 5 ? key.contains($0) : tokens.contains($0) }
    var meanings: [ColumnWord] = []
    for word in within.sorted(by: { ($1.count, $0) < ($0.count, $1) }) {
      for meaning in table[word] ?? [] where !meanings.contains(meaning) {
        meanings.append(meaning)
      }
    }
    if isOtherTime(name), meanings.contains(.column(.date)) || meanings.contains(.time) {
      return [.other]
    }
    return meanings
  }

  /// `StsDate`, `date_statut` and `Date du statut` in words.
  private static func words(of name: String) -> [String] {
    var words: [String] = [""]
    var wasLower = false
    for character in name.prefix(100) {
      if !character.isLetter {
        if words.last != "" { words.append("") }
      } else {
        if character.isUppercase, wasLower { words.append("") }
        words[words.count - 1].append(character)
      }
      wasLower = character.isLowercase
    }
    return words
  }

  /// Whether a date with this name is not the event's.
  static func isOtherTime(_ name: String) -> Bool {
    let key = fold(name)
    return otherTimes.contains { key.contains($0) }
      || words(of: name).contains { otherTimeWords.contains(fold($0)) }
  }

  /// The same as whole words: `etat` and `date du evenement` have them within.
  private static let otherTimeWords: Set<String> = ["eta", "etd", "due"]

  /// Whether a date with this name is of something that has not happened.
  static func isForecast(_ name: String) -> Bool {
    let key = fold(name)
    return forecasts.contains { key.contains($0) }
      || words(of: name).contains { otherTimeWords.contains(fold($0)) }
  }

  private static let forecasts = ["prevu", "estim", "expect", "promis", "verwacht"]

  /// In the name of a date, these say that it is not the event's.
  private static let otherTimes = [
    "prevu", "estim", "expect", "creat", "commande", "order", "import", "fichier", "file", "expedi",
    "livraison", "deliver", "verwacht", "lever", "bestel", "verzend", "aanmaak", "ship", "facture",
    "invoice", "promis", "book", "pickup", "transaction", "payment", "paiement", "birth",
  ]

  /// Whether a name is in the table as it is.
  static func isKnown(_ name: String) -> Bool { table[fold(name)] != nil }

  /// A name without letter case, accents and anything but letters and digits.
  static func fold(_ name: String) -> String {
    var folded = String.UnicodeScalarView()
    for scalar in name.prefix(100).unicodeScalars {
      let scalar = bare[scalar] ?? scalar
      guard
        scalar.properties.isAlphabetic && scalar != "º" && scalar != "ª"
          || ("0"..."9").contains(scalar)
      else { continue }
      folded.append(scalar)
    }
    return String(folded).lowercased()
  }

  private static let bare: [Unicode.Scalar: Unicode.Scalar] = Dictionary(
    uniqueKeysWithValues: zip(
      "éèêëàâäîïôöùûüçÉÈÊËÀÂÄÎÏÔÖÙÛÜÇ".unicodeScalars,
      "eeeeaaaiioouuucEEEEAAAIIOOUUUC".unicodeScalars
    ))

  /// Folded names in French, English and Dutch, and those of the carrier's public WSDL.
  private static let table: [String: [ColumnWord]] = {
    var table: [String: [ColumnWord]] = [:]
    for (word, names) in names {
      for name in names.split(whereSeparator: \.isWhitespace) {
        table[String(name), default: []].append(word)
      }
    }
    return table
  }()

  private static let names: [(ColumnWord, String)] = [
    (
      .column(.account),
      """
      cpcustoid cpte cpt typedecompte catcompte compte codecompte typecompte categorie categoriecompte categorieducompte
      account accountcode accounttype accountcategory accountcat rekening rekeningcode
      accountsoort klantcode codeclient
      """
    ),
    (
      .column(.accountID),
      """
      accountid client idcpte nocpte ncompte idcompte idducompte compteid identifiantcompte identifiantducompte numcompte nocompte
      numerocompte numerodecompte idclient clientid codeclient numclient numeroclient customerid
      customernumber customerno customeraccount accountnumber accountno accountnr klantnummer klantnr
      klantid accountnummer rekeningnummer rekeningid
      """
    ),
    (
      .column(.parcel),
      """
      cppclcode skybill skybillnumber pclcode colis codecolis numcolis nocolis ncolis numerocolis numerodecolis numeroducolis
      idcolis colisid suivi numsuivi nosuivi numerosuivi numerodesuivi codedesuivi numerotracking
      codebarre codebarres codeabarres cab parcel parcelno parcelnr parcelnumber parcelid parcelcode
      tracking trackingnumber trackingno trackingnr trackingcode trackingid trackingkey trackingref
      barcode package packagenumber packageid shipment shipmentnumber shipmentid consignment
      consignmentnumber waybill awb pakket pakketnummer pakketnr pakketcode pakje collo collonummer
      codesuivi colli collinummer zending zendingnummer zendingsnummer zendingnr zendnummer trackingnummer
      barcodenummer tracktracecode tracktracenummer tracktrace trackandtrace expedition numexpedition numeroexpedition
      awbnumber awbno airwaybill lettredetransport numerolt
      """
    ),
    (
      .column(.order),
      """
      orderid cde nocde numcde ncde cden refcde order orderno ordernr ordernumber orderref orderreference reference ref yourreference
      customerreference customerref clientreference merchantreference shipmentreference commande
      numcommande nocommande ncommande numerocommande numerodecommande idcommande refcommande
      referencecommande refclient referenceclient referencemarchand votrereference bestelling
      bestelnummer bestelnr bestelreferentie ordernummer klantreferentie klantref referentie
      orderreferentie uwreferentie
      """
    ),
    (
      .column(.code),
      """
      stscode statuscode codest etatcode codestatut codestatus codeetat codesituation codeevenement codeevt eventcode
      scancode code evt eventtype statusid idstatut codesuivi gebeurteniscode statusnummer eventcd
      statuscd status statut etat situation codeevent evenementcode
      reasoncode deliverystatus shipmentstatus
      """
    ),
    (
      .column(.label),
      """
      stsdesc libstatut libetat lib libelle libellestatut libelledustatut libelleetat libelleevenement libellesituation
      libellesuivi description descriptionstatut desc designation statuslabel statusdescription
      statusdesc statustext label eventdescription eventlabel eventdesc eventtext evenement event
      message texte omschrijving statusomschrijving beschrijving statustekst gebeurtenis tekst
      evenementlibelle status statut etat situation
      dernierstatut laststatus lastevent
      """
    ),
    (
      .column(.date),
      """
      stsdate dt updatedat date dateheure dateetheure datestatut datestatus dateetat dateevenement dateevt datesuivi
      datescan datesituation scandatetime scandate statusdate statusdatetime statustimestamp eventdate
      eventdatetime eventtimestamp eventtime datetime dateandtime timestamp horodatage jour datum
      statusdatum datumtijd datumentijd scandatum gebeurtenisdatum occurredat tijdstempel eventdatum
      datedustatut datedelevenement dateheurestatut dateheureevenement
      eventat statusat scannedat deliveredat lastupdate lastupdated datemaj dernieremaj
      """
    ),
    (
      .time,
      """
      ststime h hre heure heurestatut heureetat heureevenement heureevt heurescan heuresuivi time scantime
      statustime eventtime eventhour hour tijd tijdstip uur statustijd scantijd gebeurtenistijd heuredustatut
      """
    ),
    (
      .column(.site),
      """
      sitecode agce office officecode site codesite agence codeagence agencecode agencelivraison depot codedepot depotcode
      depotid depotnumber depotnummer centre codecentre hub hubcode branch branchcode agency agencycode
      station vestiging filiaal filiaalcode sorteercentrum siteid location scanlocation lieu lieuscan locatie
      facility hubid eventlocation centretri
      """
    ),
    (
      .column(.postcode),
      """
      csgzipcode zipcode zip postcode postalcode cpostal codepostal codepostaldestinataire cp cpdestinataire
      cpdest destinatairecp consigneezip consigneezipcode consigneepostcode recipientzip
      recipientpostcode recipientpostalcode destzip deliverypostcode deliveryzip postnummer
      postcodeontvanger postcodebestemming pc zippostalcode codepostaldest
      """
    ),
    (
      .column(.country),
      """
      country countrycode pays codepays paysdestinataire paysdestination destinationcountry
      recipientcountry deliverycountry land landcode landontvanger landvanbestemming codepaysdest countryiso isocountry codepaysiso
      rcountry receivercountry consigneecountry
      """
    ),
    (
      .other,
      """
      ville city town plaats stad woonplaats gemeente localite commune poids weight gewicht nom name
      naam destinataire recipient ontvanger email mail telephone tel phone telefoon adresse address
      adres rue street straat datecommande datecreation datedecreation datelivraison
      datelivraisonprevue dateprevue datefichier dateimport dateexpedition datedexpedition orderdate
      creationdate createdat createddate shipdate shippingdate expecteddate deliverydate
      estimateddelivery eta filedate importdate besteldatum verzenddatum leverdatum aanmaakdatum
      bestandsdatum nbcolis nombrecolis numberofparcels aantal aantalpakketten produit product service
      montant amount bedrag codeproduit productcode heurelivraison heureprevue transporteur carrier
      vervoerder signature handtekening commentaire comment opmerking remarque remark relais pudo
      pickuppoint afhaalpunt codepudo coderelais longueur length motif reason reden ligne line regel
      eventid eventno eventnumber idevenement destination origin origine sender sendername
      expediteur afzender consigneename customername paymentid routeid driver state latitude longitude receivedby
      rcountryn depotname employeeid etadate flight airline
      """
    ),
  ]
}
