//! What is said of things: "die Maschine ist krank", "this traffic is cancer". Nobody is ill there.

use std::ops::Range;

use super::shadow::fold;

/// How far before a term its subject may stand, in words.
const WORDS: usize = 6;
/// How far back that can be, in bytes.
const REACH: usize = 96;

/// Things that people call ill, folded; whole words, and the ends of German compounds.
const GERMAN_THINGS: &[&str] = &[
    "auto",
    "autos",
    "wagen",
    "maschine",
    "drucker",
    "rechner",
    "computer",
    "laptop",
    "handy",
    "server",
    "software",
    "programm",
    "system",
    "internet",
    "wlan",
    "router",
    "motor",
    "heizung",
    "anlage",
    "verkehr",
    "stau",
    "wetter",
    "wand",
    "fenster",
    "spiegel",
    "lautsprecher",
    "akku",
    "batterie",
    "bildschirm",
    "kamera",
    "wirtschaft",
    "preise",
    "geraet",
    "scanner",
    "scheibe",
    "website",
    "webseite",
    "pumpe",
    "browser",
    "navi",
    "bahn",
    "aufzug",
    "fahrstuhl",
    "fernseher",
    "ofen",
    "projekt",
    "markt",
    "netz",
    "buerokratie",
    "tastatur",
    "festplatte",
    "bremse",
];
/// Things that people call ill, folded; whole words.
const THINGS: &[&str] = &[
    "kanal",
    "ton",
    "regen",
    "app",
    "excel",
    "windows",
    "car",
    "truck",
    "machine",
    "printer",
    "phone",
    "wifi",
    "wi-fi",
    "engine",
    "boiler",
    "traffic",
    "weather",
    "rain",
    "queue",
    "economy",
    "market",
    "prices",
    "battery",
    "screen",
    "camera",
    "code",
    "game",
    "update",
    "keyboard",
    "fridge",
    "voiture",
    "camion",
    "imprimante",
    "ordinateur",
    "ordi",
    "telephone",
    "serveur",
    "logiciel",
    "appli",
    "application",
    "circulation",
    "trafic",
    "meteo",
    "moteur",
    "chaudiere",
    "systeme",
    "reseau",
    "economie",
    "marche",
    "ecran",
    "jeu",
    "embouteillage",
    "embouteillages",
    "coche",
    "carro",
    "maquina",
    "impresora",
    "ordenador",
    "computadora",
    "movil",
    "servidor",
    "programa",
    "trafico",
    "sistema",
    "economia",
    "bateria",
    "pantalla",
    "juego",
    "aplicacion",
    "atasco",
    "macchina",
    "stampante",
    "telefono",
    "cellulare",
    "programma",
    "traffico",
    "motore",
    "caldaia",
    "rete",
    "batteria",
    "schermo",
    "gioco",
    "telefoon",
    "verkeer",
    "ketel",
    "systeem",
    "netwerk",
    "accu",
    "scherm",
    "spel",
    "samochod",
    "maszyna",
    "drukarka",
    "komputer",
    "telefon",
    "serwer",
    "program",
    "korek",
    "ruch",
    "pogoda",
    "silnik",
    "siec",
    "strona",
    "gospodarka",
    "ekran",
    "gra",
    "aplikacja",
    "elevator",
    "lift",
    "logiciels",
    "portable",
    "navegador",
    "computer",
    "browser",
];
/// Who else is the subject, folded.
const SUBJECTS: &[&str] =
    &["ich", "er", "sie", "wir", "i", "he", "she", "we", "je", "j'ai", "il", "elle", "ik", "hij"];
/// What joins a thing to what is said of it.
const SAID: &[&str] = &[
    "ist", "is", "war", "hat", "hatte", "macht", "leidet", "wird", "sind", "haben", "machen",
    "has", "had", "was", "are", "have", "makes", "make", "gives", "suffers", "est", "etait", "a",
    "rend", "rendent", "sont", "souffre", "es", "esta", "tiene", "me", "son", "sufre", "e", "ha",
    "mi", "sono", "soffre", "heeft", "maakt", "zijn", "jest", "ma", "sa", "cierpi", "fait", "font",
    "hace", "fa", "bekommt", "kriegt", "braucht", "got", "gets",
];

/// What makes a thing a place or a cause, folded.
const PLACES: &[&str] = &[
    "in", "im", "am", "an", "auf", "mit", "vom", "von", "beim", "bei", "zum", "zur", "aus",
    "unter", "vor", "hinter", "neben", "nach", "seit", "wegen", "on", "at", "with", "from", "by",
    "dans", "en", "sur", "avec", "con", "nel", "nella", "sul", "sulla", "op", "met", "van", "w",
    "na", "z",
];

/// Whether the subject of a term is a thing.
pub(super) fn is_of_thing(text: &str, range: &Range<usize>) -> bool {
    let from = text.floor_char_boundary(range.start.saturating_sub(REACH));
    let ends = ['\n', '.', ',', ';', ':', '!', '?'];
    let head = text[from..range.start].rsplit(ends).next().unwrap_or_default();
    // `est malade` has its verb in it.
    let first = text[range.clone()].split_whitespace().next().map(fold).unwrap_or_default();
    let mut is_said = SAID.contains(&first.as_str());
    let mut words = head.split_whitespace().rev().take(WORDS).map(fold);
    while let Some(word) = words.next() {
        if is_said && is_thing(&word) {
            // "Im Auto war Papa schlecht": a place, no subject.
            return !words.take(2).any(|word| PLACES.contains(&word.as_str()));
        }
        if SUBJECTS.contains(&word.as_str()) {
            return false;
        }
        is_said |= SAID.contains(&word.as_str());
    }
    false
}

fn is_thing(word: &str) -> bool {
    THINGS.contains(&word) || GERMAN_THINGS.iter().any(|thing| word.ends_with(thing))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things() {
        let cases = [
            // (text, term, is said of a thing, why)
            ("die Waschmaschine ist wohl krank", "krank", true, "a compound"),
            ("this traffic is cancer", "cancer", true, "English"),
            ("la voiture est malade", "est malade", true, "the verb inside of the term"),
            ("Der Verkehr macht mich krank", "krank", true, "what it does to somebody"),
            ("mein Mann ist krank", "krank", false, "a person"),
            ("Auf der Autobahn hatte Papa Herzinfarkt", "Herzinfarkt", false, "a place"),
            ("mit dem Auto zur Chemo", "Chemo", false, "no verb between"),
            ("hab das Auto nicht, Papa ist krank", "krank", false, "another clause"),
            ("in diesem Auto hatte ich den Herzinfarkt", "Herzinfarkt", false, "a person between"),
        ];
        for (text, term, expected, why) in cases {
            let at = text.find(term).unwrap_or(0);
            assert_eq!(is_of_thing(text, &(at..at + term.len())), expected, "{text}: {why}");
        }
    }
}
