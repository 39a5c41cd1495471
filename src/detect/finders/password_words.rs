//! Word lists of the password finder.

/// One of these stands in every text with a password.
pub(super) const WORDS: &[&str] = &[
    "passw",
    "pasw",
    "passphrase",
    "passcode",
    "kennwort",
    "losungswort",
    "codewort",
    "mot de passe",
    "contrasena",
    "haslo",
    "wachtwoord",
    "losenord",
    "loesenord",
    "adgangskode",
    "adgangsord",
    "passord",
    "zugangsschluessel",
    "netzwerkschluessel",
    "sicherheitsschluessel",
    "pw$",
    "pwd$",
    "psw$",
    "mdp$",
    "kw$",
    "pass$",
    "senha",
    "clave",
    "parola",
    "heslo",
    "jelszo",
    "jelszó",
    "wlan",
    "w-lan",
    "wifi",
    "wi-fi",
    "wpa",
    "router",
    "netzwerk",
    "hotspot",
    "login",
    "log-in",
    "zugang",
    "anmeldedaten",
    "credentials",
    "creds",
    "user/pass",
    "benutzer/passwort",
    "gaestewlan",
    "gaeste-wlan",
    "account",
    "konto",
    "seed",
    "recovery",
    "mnemonic",
    "backup",
    "wallet",
    "secret",
    "wiederherstellung",
    "sicherung",
    "*passwort",
    "*passworts",
    "*passwortes",
    "*password",
    "*passwords",
    "*passwd",
    "*passwrt",
    "*paswort",
    "*pasword",
    "*passphrase",
    "*passcode",
    "*kennwort",
    "*kennworts",
    "*kennwortes",
    "*losungswort",
    "*codewort",
    "*contrasena",
    "*haslo",
    "*wachtwoord",
    "*losenord",
    "*loesenord",
    "*adgangskode",
    "*adgangsord",
    "*passord",
    "*zugangsschluessel",
    "*netzwerkschluessel",
    "*sicherheitsschluessel",
];

/// Words that no word list of a wallet has but every sentence does.
pub(super) const SENTENCE: &str = " the and you your are not with never because they have this from der die das und ist nicht mit ein ";

/// No values, folded: what stands after `Passwort:` or `Passwort ist` in sentences.
pub(super) const STOP: &str = " \
 abgelaufen aktuell alles alt altes als also am an anbei anders andere anderes ändern aendern auch auf aus \
 bei bekannt bekommst bereits besser bitte bleibt brauche brauchen check checken da dabei danke dann darf das dass \
 dasselbe daselbe dein deine dem den der deren des dessen die dies dieses dieselben dir doch dort drin dran \
 durch egal eh ein eine einem einen einfach eingeben eintragen einzugeben emails email e-mail mail endlich er \
 erforderlich erledigt erneut erneuern erst es euch euer extern extra falls falsch fehlt folgt frag frage \
 fragen frei fuer für ganz geaendert geändert gehackt geht genau gerade gesperrt gespeichert gestern \
 gleich gleiche gleichen gleiches gern gerne gesendet geschickt gut gueltig habe haben hab hat hast heute hier \
 hinterlegt ich ihr ihre im immer in inaktiv intern ist ja jetzt kann kannst kein keine keins keines kenne \
 klar kommt komplett kompliziert korrekt kurz laeuft lang lautet leer leider lesen lg liegt machen mal \
 man mein meine mich mir mit mittlerweile moment morgen muss musst nach neu neue neues nein nicht nichts nie \
 noch noetig notwendig nur ob oben oder offen ohne ok okay optional per pflicht quatsch raus resetten \
 richtig safe schicke schicken schickst schon sehr sei seit sende senden separat setzen \
 sie siehe sind so sofort sollte sorry steht stimmt tba tbd temporaer total trotzdem ueber über \
 ueberall uebrigens um unbekannt und ungueltig unsicher unten unter unverändert vergeben vergessen verloren \
 verschickt versuch von vom vorhanden vorher wahrscheinlich war waren warum was weg weiss weiß wegen weiter \
 wenn wer werde werden wichtig wie wieder will wird wo wohl wurde wurden zu zum zur zufaellig zurück zurueck \
 zurücksetzen zuruecksetzen zwingend unsinn mist schwachsinn bescheid fehler ungültig gültig nötig \
 a about again all already also always an any anymore as ask asap at back bad been being below blank both but \
 by can cannot case case-sensitive changed check compromised confidential correct default different does done \
 easy empty enough enter expired field fine first following forgot forgotten for from gone good great had has \
 have he her here his how i if in inc incorrect invalid is it its just keep known later like link locked long \
 lost me missing must my mandatory n/a na needed never new no none not nothing now of off ok old on one only \
 or our out please protected provided ready really required reset same saved see sent set she \
 short should similar simply so some something soon still stored sure thanks that the their them \
 there these they this those to too tomorrow true unchanged under unknown unsafe updated valid very via was we \
 what when where which who why will with working would wrong yes yet you your yours \
 le la les un une est pas incorrecto incorrecta olvidada el los una es no incorrect oublié dans sur voir \
 il lo non errata sbagliata scaduta niet verkeerd vergeten het een op nie błędne złe jest na w \
 ";
/// No values after `ist`, folded; after a colon people do use them.
pub(super) const ADJECTIVES: &str =
    " geheim secret privat sicher standard leicht schwer random simple strong stark schwach weak ";
