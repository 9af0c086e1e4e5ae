import TrackingFile

/// The names of columns as French, English and Dutch files have them.
enum HeaderNames {
  typealias Names = [FileVariant.Content: String]

  static let carrier = names(
    "CPCustoID AccountID CPPclCode OrderID StsCode StsDesc StsDate StsTime SiteCode CsgZipCode Country"
      + " City Weight PclCount OrderDate")
  static let french = names(
    "Compte|Identifiant du compte|N° de colis|N° de commande|Code statut|Libellé|Date|Heure|Agence"
      + "|Code postal|Pays|Ville|Poids|Nb colis|Date de commande", "|")
  static let frenchShort = names(
    "CODE_COMPTE|ID_CLIENT|NUM_COLIS|REF_COMMANDE|STATUT|LIBELLE_STATUT|DATE_STATUT|HEURE_STATUT|CODE_AGENCE"
      + "|CP|CODE_PAYS|VILLE|POIDS|NB_COLIS|DATE_COMMANDE", "|")
  static let frenchOther = names(
    "Code client|Numéro de client|Code-barres|Votre référence|Code évènement|Évènement|Date et heure"
      + "|Heure évènement|Dépôt|CP destinataire|Pays destinataire|Localité|Poids|Nombre colis|Date création",
    "|")
  static let english = names(
    "Account|Account ID|Tracking number|Order reference|Status code|Status description|Event date"
      + "|Event time|Depot|Postcode|Country|City|Weight|Number of parcels|Order date", "|")
  static let englishShort = names(
    "account_code|customer_id|parcel_no|order_no|event_code|event_description|timestamp|event_hour|hub"
      + "|zip|country_code|town|weight|parcel_count|created_at", "|")
  static let dutch = names(
    "Accountcode|Klantnummer|Pakketnummer|Bestelnummer|Statuscode|Omschrijving|Datum|Tijd|Depotcode"
      + "|Postcode|Land|Plaats|Gewicht|Aantal pakketten|Besteldatum", "|")
  static let dutchOther = names(
    "Rekening|Klant ID|Zendingnummer|Uw referentie|Status|Statusomschrijving|Statusdatum|Tijdstip|Vestiging"
      + "|Postcode ontvanger|Landcode|Woonplaats|Gewicht|Aantal|Verzenddatum", "|")
  static let abbreviated = names(
    "Cpte|Id Cpte|Colis N°|Cde N°|Evt|Désignation Evt|Date Evt|Hre Evt|Agce|C. Postal|Pays|Ville dest"
      + "|Poids kg|Nb UM|Dt création", "|")
  /// Of no language that the table of names has.
  static let unknown = names(
    "F01|F02|F03|F04|F05|F06|F07|F08|F09|F10|F11|F12|F13|F14|F15", "|")

  private static func names(_ text: String, _ separator: Character = " ") -> Names {
    let contents: [FileVariant.Content] = [
      .column(.account), .column(.accountID), .column(.parcel), .column(.order), .column(.code),
      .column(.label), .column(.date), .time, .column(.site), .column(.postcode), .column(.country),
      .town, .weight, .count, .orderDate,
    ]
    return Dictionary(
      uniqueKeysWithValues: zip(contents, text.split(separator: separator).map(String.init)))
  }
}
