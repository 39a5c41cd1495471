//! Words around telephone numbers.

use std::sync::LazyLock;

use super::wording::WordList;

/// Say that a telephone number follows, whatever it looks like.
pub(super) static PHONE: LazyLock<WordList> = LazyLock::new(|| {
    WordList::new(
        "tel$|telefon|telephon|telefoo|handy|mobil|mobile|mob$|phone|cell|call|dial|anruf| \
         ruf mich|rufen sie|rueckruf|zurueckrufen|erreich|durchwahl|hotline|festnetz|fax| \
         whatsapp|whats app|wa.me|signal|sms|text me|ring me|my number|your number|his number| \
         her number|new number|meine nummer|deine nummer|ihre nummer|seine nummer|neue nummer| \
         nummer von|unsere nummer|meine nr|deine nr|tlf|telf$|tfno|centralita|portable|appel|joindre|movil|movel| \
         celular|llama|numero de contacto|meu numero|mi numero|mon numero|cellulare|chiama| \
         mio numero|gsm|mobiel|bel me|bellen|mijn nummer|komork|zadzwon|numer tel|moj numer| \
         contact number|area code|kontaktnr|kontaktnummer|rufnummer|notrufnummer|iphone|twint|bizum",
    )
});
/// Say that a number follows which may be one to call.
pub(super) static PERHAPS: LazyLock<WordList> = LazyLock::new(|| {
    WordList::new("nummer|number|numero|numer$|kontakt|contact|office|buero|zentrale|nr$")
});
/// Say that another number follows.
pub(super) static OTHER: LazyLock<WordList> = LazyLock::new(|| {
    WordList::new(
        "konto|account|conta$|cuenta|conto$|card|karte$|kartennu|kartennr|iban|bic$|kundennu|kundennr|kunden-n|rechnung|bestellnu|bestellnr|bestellung|bestell-n|auftrag| \
         order|invoice|ticket|sendung|paket$|paketnu|parcel|tracking|artikel|article|item|serien|serial| \
         vorgang|aktenz|az$|steuernu|steuernr|steuer-|steueri|steuer$|tax|ust|vat|ssn|versicher|ausweis|pass$|reisepass|policy| \
         police|referenz|reference|ref$|isbn|ean$|gtin|pzn|vertrag|zaehler|mitglied| \
         personalnummer|lieferschein|angebot|buchung|booking|reservier|teilenummer|seriennummer| \
         imei|mac$|version|build|code|pin$|tan$|puk$|bsn|nip$|regon|pesel|siren|siret|hrb|blz| \
         pedido|factura|expediente|historia|nhc$|episodio|lote$|albaran|poliza|colegiado| \
         ordine|fattura|pratica|commande|facture|bestelling|factuur|zamowien| \
         id$|lot$|charge|modell|model|form$|omb$|fall$|case$",
    )
});
/// A number followed by one of these counts something.
pub(super) const UNITS: &str = "eur euro chf usd pln kg km cm mm ml uhr stueck stk prozent grad watt kwh mb$ gb$ qm m2 jahre personen tage";
/// Take back what follows a number.
pub(super) static NOT: LazyLock<WordList> =
    LazyLock::new(|| WordList::new("not|n't|doesn|kein|nicht|nao"));
/// Stand before `Nr.` without saying whose it is; after any other noun, as in `Auftrag Nr.`, a number is
/// that of a thing.
pub(super) const NO_THINGS: &[&str] = &[
    "die", "der", "meine", "deine", "ihre", "seine", "eure", "unsere", "neue", "alte", "andere",
    "unter",
];
