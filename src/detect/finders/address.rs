//! Postal addresses: street and number, with or without postcode and town, on one line or several.
//!
//! A street with a number is one (medium), with a postcode it is sure (high), a postcode with a town
//! alone says little (low). What names no street, such as `Am Tisch 4`, needs a postcode after it.
//!
//! Longer than most because the street forms of ten countries stand side by side.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Regex;

use super::super::expression::Expression;
use super::wording::{WordList, after, before, disjoint, fold, hit, latin, pattern};
use super::{FinderInput, Hit};
use crate::model::Confidence;

/// House number: `5`, `17a`, `17 a`, `12-14`, `3/5/2`.
const HOUSE: &str = r"\d{1,4}(?: ?[a-zA-Z]\b)?(?: ?[-/+] ?(?:\d{1,3}|\d{1,3} ?[a-zA-Z])\b){0,2}";
/// A word that starts with a capital.
const CAP: &str = r"\p{Lu}[\p{L}'’.]+";
/// German, Austrian or Swiss town.
const TOWN: &str = r"(?:(?:La|Le|Les) )?(?:(?:Bad|Sankt|St\.|Markt|Alt|Neu|Groß|Klein|Hohen|Schwäbisch|Burg) )?\p{Lu}[\p{L}ß.]+(?:[-/]\p{L}[\p{L}.]+){0,3}(?: ?(?:\([\p{L} .]{2,20}\)|(?:am|an der|im|in der|ob der|bei|vor der|a\. ?d\.|a\.|an|i\.) ?\p{Lu}[\p{L}.]+|(?:AG|AI|AR|BE|BL|BS|FR|GE|GL|GR|JU|LU|NE|NW|OW|SG|SH|SO|SZ|TG|TI|UR|VD|VS|ZG|ZH)\b))?";
/// Between street and town: comma, line break, an extra such as `3. OG` or `c/o`.
const GAP: &str = r"(?:\s?[,;|·•]?\s?\n?\s?(?:in |- )?|\s?[,;\n]\s?[^\n,;]{2,30}[,;\n]\s?(?:in )?)";
/// German, Austrian, Swiss postcode.
const PLZ: &str = r"(?:(?:D|DE|A|AT|CH|FL)[- ]{1,2})?\d{4,5}";

/// Ends of street names that end nothing else with a number after it.
const STREET_ENDS: &str = r"stra(?:ß|ss)e|str\.|str|allee|gasse|gässchen|chaussee|damm|ufer|twiete|stieg|steig|weg|platz|promenade";
/// Ends of street names that end other words too.
const OTHER_ENDS: &str = r"ring|markt|hof|berg|graben|wall|tor|brücke|kai|promenade|redder|kamp|feld|bogen|zeile|winkel|siedlung|park|garten|gärten|anger|aue|wiese|wiesen|höhe|halde|rain|grund|tal|bach|see|blick|heide|busch|horst|koppel|deich|hafen|bruch|stiege|lände|zeil|schanze|esplanade|leite|stätte|pfad|hang|holz|mühle|eck|born|brunnen|hain|kirche|linden|gass|matt|matte|acker|äcker|breite|terrasse";

/// What German street names hold.
const STREETS: &[&str] = &[
    "str",
    "allee",
    "gasse",
    "gässchen",
    "chaussee",
    "damm",
    "ufer",
    "twiete",
    "stieg",
    "steig",
    "weg",
    "platz",
    "ring",
    "markt",
    "hof",
    "graben",
    "wall",
    "kai",
    "pfad",
    "promenade",
];
/// What names such as `Platz der Republik` hold.
const STREETS_OF: &[&str] = &[
    "straße des",
    "straße der",
    "strasse des",
    "strasse der",
    "str. des",
    "str. der",
    "platz de",
    "allee de",
    "weg de",
    "weg zu",
    "ufer de",
    "straße zu",
    "straße a",
    "straße im",
    "straße von",
    "strasse zu",
    "strasse a",
    "strasse im",
    "strasse von",
    "platz a",
    "platz im",
    "platz von",
    "platz zu",
    "allee a",
    "allee im",
    "weg a",
    "weg im",
    "ufer a",
    "ufer im",
];
/// What names such as `Am Alten Markt` hold.
const SQUARES: &[&str] = &[
    "alte",
    "neue",
    "großen",
    "kleinen",
    "oberen",
    "unteren",
    "hohen",
    "langen",
    "breiten",
    "grünen",
    "roten",
    "weißen",
    "schwarzen",
    "linden",
    "alster",
    "am markt",
    "anger",
    "graben",
    "hang",
    "waldrand",
    "am rain",
    "weinberg",
    "bach",
    "mühle",
    "heide",
    "der au",
    "weiher",
    "platz",
    "winkel",
    "grund",
    "im tal",
    "höhe",
    "wiesen",
    "kirche",
    "park",
];
/// What English street names hold.
const ENGLISH: &[&str] = &[
    "street",
    " st",
    "road",
    " rd",
    "ave",
    "lane",
    " ln",
    "drive",
    " dr",
    "boulevard",
    "blvd",
    "court",
    " ct",
    "square",
    " sq",
    "terrace",
    "crescent",
    "parkway",
    "pkwy",
    "highway",
    "hwy",
    "gardens",
    "grove",
    "mews",
    "close",
    "way",
    "place",
    "row",
    "hill",
    "circle",
    "walk",
    "park",
];
/// What Spanish, Catalan, Galician and Portuguese street names hold.
const SPANISH: &[&str] = &[
    "calle",
    "c/",
    "c. ",
    "avda",
    "avenida",
    "av.",
    "plaza",
    "pza",
    "pl. ",
    "paseo",
    "pº",
    "p.º",
    "ronda",
    "carre",
    "camino",
    "camí",
    "cno.",
    "traves",
    "trav.",
    "glorieta",
    "rua",
    "rúa",
    "praça",
    "praza",
    "largo",
    "bulevar",
    "rambla",
    "ctra.",
    "cuesta",
    "urbaniz",
    "urb.",
    "polígono",
    "pol.",
    "pasaje",
    "callej",
    "alameda",
];
/// What French street names hold.
const FRENCH: &[&str] = &[
    "rue",
    "avenue",
    "av.",
    "boulevard",
    "bd",
    "place",
    "all",
    "impasse",
    "chemin",
    "quai",
    "route",
    "cours",
    "square",
    "passage",
    "faubourg",
    "sentier",
    "chauss",
];

/// What French street names in lower case hold.
const FRENCH_OF: &[&str] = &[
    "rue d",
    "avenue d",
    "av. d",
    "boulevard d",
    "bd d",
    "bd. d",
    "place d",
    "chemin d",
    "ch. d",
    "quai d",
    "route d",
    "rte d",
    "allée d",
    "ruelle d",
];

/// What stands around a part of a street name wherever a match holds it.
#[derive(Debug, Clone, Copy)]
enum Near {
    Anything,
    /// Its first letter is a capital.
    Capital,
    /// Its first letter is a capital, and a digit stands before it.
    CapitalAfterDigit,
    /// Its first letter is a capital, or a digit stands before it.
    CapitalOrAfterDigit,
    /// A number follows at once, see [`is_numbered`].
    Number,
}

struct Country {
    /// Parts of words, in any case, one of which every match holds; none: a postcode and a town.
    holds: &'static [&'static str],
    near: Near,
    /// Street and number.
    street: Expression,
    /// What may follow: postcode and town.
    tail: Expression,
    /// A street without a tail counts.
    alone: bool,
    /// A town without a postcode may follow after a comma.
    names_town: bool,
}

static COUNTRIES: LazyLock<Vec<Country>> = LazyLock::new(|| {
    let country = |holds: &'static [&'static str], near, street: &str, tail: &str, alone| Country {
        holds,
        near,
        street: Expression::known(&latin(&format!(r"(?:^|[^\p{{L}}\p{{N}}]){street}"))),
        tail: Expression::known(&latin(&format!(r"\A{tail}"))),
        alone,
        names_town: std::ptr::eq(holds, SPANISH) || std::ptr::eq(holds, ENGLISH),
    };
    let german = format!(r"{GAP}{PLZ}\s{{1,2}}{TOWN}");
    let of = r"(?:(?:de la|de l'|de l’|des|de|du|d'|d’|la|le|les|l'|l’|del|della|delle|dei|di|dei|degli|dos|das|do|da|van|van de|van der|van den|von|den|het|los|las|el|y|i) ?){0,2}";
    // A full stop ends a town, but for those of saints.
    let word = r"(?:\p{Lu}[\p{L}'’]+|(?:St|Ste|Sta|Sto|S)\.)";
    let latin_town = format!(
        r"{word}(?:[- ](?:(?:de|du|la|le|les|sur|di|del|am|en|lès|da|los|las|y|a)[- ]){{0,2}}{word}){{0,3}}"
    );
    let floor = r"(?:,|\.| -|-)? ?(?:\d{1,2} ?[ºª°](?: ?[A-Za-z]{1,4}\b\.?)?|(?:piso|planta|pta\.?|puerta|esc\.?|escalera|portal|bloque|bajos?|ático|àtic|local|nave|[Ee]dif\.?|[Ee]dificio) ?(?:\d{1,3}[A-Za-zºª]{0,2}\b|\p{Lu}[\p{L}]*\b)|(?:izq|dcha|izda)\b\.?|- \d{1,2}\b)";
    vec![
        // Hauptstraße 5, Konrad-Adenauer-Allee 12, hauptstr. 5
        country(
            STREETS,
            Near::Number,
            &format!(
                r"(?P<a>(?:\p{{Lu}}[\p{{L}}.]*[- ]?(?:[\p{{L}}.]+-){{0,4}}[\p{{L}}]{{0,30}}(?:{STREET_ENDS})|[\p{{L}}-]{{3,40}}(?:stra(?:ß|ss)e|str\.|allee|gasse)) ?,? ?{HOUSE})"
            ),
            &german,
            true,
        ),
        // Berliner Straße 5, Alte Gasse 3, Lange Str. 7, Konrad-Adenauer-Straße 5
        country(
            STREETS,
            Near::Number,
            &format!(
                r"(?P<a>(?:(?:An der|An den|Auf der|Auf dem|In der|In den|Am|Im|Zum|Zur) )?(?:{CAP}[- ]){{0,2}}\p{{Lu}}[\p{{L}}-]+(?:er|e|en|es|s|-) ?(?:Stra(?:ß|ss)e|Str\.|Str|Weg|Platz|Allee|Gasse|Damm|Ufer|Chaussee|Stieg|Steig|Ring|Markt|Hof|Graben|Wall|Kai|Pfad|Promenade) ?{HOUSE})"
            ),
            &german,
            true,
        ),
        // Straße des 17. Juni 135, Platz der Republik 1
        country(
            STREETS_OF,
            Near::Anything,
            &format!(
                r"(?P<a>(?:Stra(?:ß|ss)e|Str\.|Platz|Allee|Weg|Ufer) (?:des|der|am|an der|zum|zur|zu den|im|von) (?:\d{{1,2}}\. )?{CAP}(?: {CAP})? {HOUSE})"
            ),
            &german,
            true,
        ),
        // Am Alten Markt 5, Unter den Linden 17a, An der Alster 12
        country(
            SQUARES,
            Near::Anything,
            r"(?P<a>(?:Am|An der|An den|Auf der|Auf dem|Auf den|Beim|Bei der|Hinter der|Hinter dem|Im|In der|In den|Unter den|Unter der|Vor dem|Vor der|Zum|Zur|Zu den) (?:(?:Alten|Neuen|Großen|Kleinen|Oberen|Unteren|Hohen|Langen|Breiten|Grünen|Roten|Weißen|Schwarzen|Alter|Neuer) )(?:\p{Lu}[\p{L}-]+) \d{1,4}(?: ?[a-zA-Z]\b)?|(?:Unter den Linden|An der Alster|Am Markt|Am Anger|Am Kupfergraben|Am Graben|Am Sonnenhang|Am Waldrand|Am Hang|Am Rain|Am Weinberg|Am Mühlbach|An der Mühle|Auf der Heide|In der Au|Am Weiher|Am Kirchplatz|Zur Mühle|Zum Sportplatz|Im Winkel|Im Grund|Im Tal|Auf der Höhe|In den Wiesen|An der Kirche|Am Dorfplatz|Am Stadtpark|Am Schlosspark|Am Rathausplatz) \d{1,4}(?: ?[a-zA-Z]\b)?)",
            &german,
            true,
        ),
        // Am Bahnhof 3, 10115 Berlin; Sonnenhof 4, 8001 Zürich
        country(
            &[],
            Near::Anything,
            &format!(
                r"(?P<a>(?:(?:Am|An der|An den|Auf der|Auf dem|Beim|Im|In der|In den|Unter den|Vor dem|Zum|Zur|Zu den|Hinter der) (?:{CAP} )?\p{{Lu}}[\p{{L}}-]+|\p{{Lu}}[\p{{L}}-]*(?:{OTHER_ENDS})|\p{{L}}{{3,30}}(?:weg|platz|ring|{STREET_ENDS})|{CAP}(?:[- ]{CAP}){{0,2}}) {HOUSE})"
            ),
            &format!(r"(?:\s?[,;|·•]\s?\n?|\s?\n)\s?{PLZ}\s{{1,2}}{TOWN}"),
            false,
        ),
        // 221B Baker Street, London NW1 6XE; 10 Downing St
        country(
            ENGLISH,
            Near::CapitalAfterDigit,
            &format!(
                r"(?P<a>(?:(?:Flat|Apt\.?|Apartment|Unit|Suite|Shop|Level|Lot) \w{{1,5}},? )?(?:\d{{1,4}}/)?\d{{1,5}}[A-Za-z]?,? (?:(?:N\.?|S\.?|E\.?|W\.?|North|South|East|West|The|Old|New|St\.) )?(?:{CAP} ){{1,3}}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Square|Sq|Terrace|Crescent|Parkway|Pkwy|Highway|Hwy|Gardens|Grove|Mews|Close|Way|Place|Row|Hill|Circle|Walk|Park)\b\.?(?: (?:NW|NE|SW|SE|N|S|E|W)\b)?)"
            ),
            &format!(
                r"(?:(?:,? ?\n?(?:Apt|Apartment|Suite|Unit|Flat|Ste|Floor|Room|#)\.? ?[\w-]{{1,6}})?(?:,? ?\n?{CAP}(?:[ -]{CAP}){{0,2}}){{0,2}},?\s{{1,2}}(?:[A-Z]{{1,2}}\d[A-Z\d]? ?\d[A-Z]{{2}}|(?:[A-Z]{{2}}|{CAP}),? \d{{5}}(?:-\d{{4}})?|{CAP} (?:[03-9]\d|1[0-8])\d{{2}}\b))"
            ),
            true,
        ),
        // 12 rue de la Paix, 75002 Paris
        country(
            FRENCH,
            Near::CapitalOrAfterDigit,
            &format!(
                r"(?P<a>\d{{1,4}}(?: ?(?:bis|ter|quater|[A-D])\b)?,? (?:[Rr]ue|[Aa]venue|[Aa]v\.|[Bb]oulevard|[Bb]d\.?|[Pp]lace|[Aa]llée|[Aa]llées|[Ii]mpasse|[Cc]hemin|[Qq]uai|[Rr]oute|[Cc]ours|[Ss]quare|[Pp]assage|[Ff]aubourg|[Ss]entier) {of}[\p{{L}}\d'’.-]+(?:[ -](?:(?:de|du|des|la|le|et) ){{0,2}}\p{{Lu}}[\p{{L}}'’.-]+){{0,3}})"
            ),
            &format!(
                r"(?:,? ?\n?|,? [^,\n]{{2,25}}[,\n] ?)(?:F-|L-|B-|CH-)?\d{{4,5}} {latin_town}"
            ),
            true,
        ),
        // Rue de la Loi 16, 1000 Bruxelles
        country(
            FRENCH,
            Near::CapitalOrAfterDigit,
            &format!(
                r"(?P<a>(?:Rue|Avenue|Boulevard|Place|Chaussée|Chemin|Quai|Route) {of}{CAP}(?:[- ](?:(?:de|du|des|la|le) ){{0,2}}{CAP}){{0,3}},? {HOUSE})"
            ),
            &format!(r",? ?\n?(?:B-|L-|CH-)?\d{{4}} {latin_town}"),
            true,
        ),
        // avenue de Cour 61, 1007 Lausanne; ch. de la Colline 5
        country(
            FRENCH_OF,
            Near::Anything,
            &format!(
                r"(?P<a>(?:rue|avenue|av\.|boulevard|bd\.?|place|chemin|[Cc]h\.|quai|route|rte|allée|[Rr]uelle) (?:de la|de l'|de l’|des|de|du|d'|d’) ?{CAP}(?:[- ](?:(?:de|du|des|la|le) ){{0,2}}{CAP}){{0,3}},? {HOUSE})"
            ),
            &format!(r",? ?\n?(?:B-|L-|CH-)?\d{{4}} {latin_town}"),
            true,
        ),
        // Via Roma 12, 00184 Roma
        country(
            &[
                "via",
                "v.le",
                "piazza",
                "p.za",
                "corso",
                "c.so",
                "vicolo",
                "largo",
                "strada",
                "lungotevere",
                "contrada",
            ],
            Near::Capital,
            &format!(
                r"(?P<a>(?:Via|Viale|V\.le|Piazza|P\.za|Piazzale|Corso|C\.so|Vicolo|Largo|Strada|Lungotevere|Contrada) {of}\p{{Lu}}[\p{{L}}'’.]+(?: {of}{CAP}){{0,3}},? (?:n\.? ?)?\d{{1,4}}(?:/?[A-Za-z]\b)?)"
            ),
            &format!(r",? ?(?:- ?)?\n?\d{{5}} {latin_town}(?: \([A-Z]{{2}}\))?"),
            true,
        ),
        // Calle Mayor 5, 2º B, 28013 Madrid; Avda. Muestra, 12. 03010 Alicante; Rua Augusta 10, 1100-053 Lisboa
        country(
            SPANISH,
            Near::Anything,
            &format!(
                r"(?P<a>(?:[Cc]alle|[Cc]/\.?|c/\.|C\. |[Aa]vda\.?|[Aa]venida|Av\.|Plaza|Pza\.|Pl\.|Paseo|Pº|P\.º|Ronda|Carrer|Camino|Camí|Cno\.|Travesía|Trav\.|Glorieta|R[uú]a|Praça|Praza|Travessa|Largo|Bulevar|Rambla|Carretera|Ctra\.|Cuesta|Urbanización|Urb\.|Polígono|Pol\.|Pasaje|Callejón|Alameda) ?{of}{CAP}(?: {of}{CAP}){{0,4}}(?:(?:,| -)? ?(?:n[ºo°.]{{1,2}} ?|núm\.? ?|km\.? ?)?\d{{1,4}}(?:[.,]\d{{1,3}}\b)?(?: ?[A-Za-z]\b)?(?: bis\b)?|,? ?s/n\b|, ?(?:nave|parcela|bloque|portal|km\.?) ?\d{{1,4}}[A-Z]?\b)(?:{floor}){{0,4}})"
            ),
            &format!(
                r"(?:\.|,| -)? ?(?:- ?)?\n?(?:CP:? ?|C\.P\.:? ?)?(?:\d{{5}}|\d{{4}}-\d{{3}})(?:,|\.)?[- ]{latin_town}(?:,? \({CAP}(?: {CAP}){{0,2}}\)|, {CAP}\b)?"
            ),
            true,
        ),
        // Juan de Muestra kalea 35, 3. ezk.
        country(
            &["kalea ", "etorbidea ", "hiribidea "],
            Near::Anything,
            &format!(
                r"(?P<a>{CAP}(?: (?:de )?{CAP}){{0,3}} (?:kalea|etorbidea|hiribidea) \d{{1,4}}(?:, ?\d{{1,2}}\.? ?(?:ezk|esk)\.?)?)"
            ),
            &format!(r",? ?\n?\d{{5}} {latin_town}"),
            true,
        ),
        // Keizersgracht 123, 1015 CJ Amsterdam
        country(
            &[
                "straat", "laan", "gracht", "plein", "kade", "singel", "steeg", "dreef", "dijk",
                "markt", "hof", "weg",
            ],
            Near::Number,
            r"(?P<a>\p{Lu}[\p{L}'. -]{1,30}(?:straat|laan|gracht|plein|kade|singel|steeg|dreef|dijk|markt|hof|weg) \d{1,4}(?: ?-? ?(?:[a-zA-Z]|[IV]{1,3}|hs|bis)\b|-\d{1,3})?)",
            r"\s?,?\s?\n?\d{4} ?[A-Z]{2}\s{1,2}(?:'s-)?\p{Lu}[\p{L}-]+(?: aan (?:den|de) \p{Lu}\p{L}+| \p{Lu}\p{L}+)?",
            false,
        ),
        country(
            &["straat", "laan", "gracht", "plein", "kade", "singel", "steeg", "dreef"],
            Near::Number,
            r"(?P<a>(?:\p{Lu}[\p{L}'.-]{1,20} )?\p{Lu}?[\p{L}'.-]{2,30}(?:straat|laan|gracht|plein|kade|singel|steeg|dreef) \d{1,4}(?: ?-? ?[a-zA-Z]\b|-\d{1,3})?)",
            r"\A\z.",
            true,
        ),
        // ul. Marszałkowska 10/5, 00-590 Warszawa
        country(
            &["ul.", "ul ", "al.", "pl.", "os.", "ulic", "alej", "osiedl", "plac"],
            Near::Anything,
            &format!(
                r"(?P<a>(?:ul\.|al\.|pl\.|os\.|[Uu]lica|[Uu]licy|[Aa]leja|[Aa]leje|[Oo]siedle|[Pp]lac|ul) (?:\d{{1,2}} )?(?:gen\. |św\. |ks\. |Św\. )?{CAP}(?:[- ]{CAP}){{0,3}} \d{{1,4}}[A-Za-z]?(?:/\d{{1,4}}[A-Za-z]?)?(?: ?(?:m|lok)\. ?\d{{1,4}})?)"
            ),
            &format!(r",? ?\n?\d{{2}}-\d{{3}} {CAP}(?:[- ]{CAP}){{0,2}}"),
            true,
        ),
    ]
});

/// A postcode and a town.
static TOWN_ONLY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&latin(&format!(
        r"(?:^|[^\p{{L}}\p{{N}}.,-])(?P<a>(?:(?:D|DE)-)?(?:0[1-9]|[1-9]\d)\d{{3}} {TOWN}|(?:A|AT|CH)-\d{{4}} {TOWN}|\d{{2}}-\d{{3}} {CAP}|\d{{4}} [A-Z]{{2}} {CAP})"
    )))
});
/// A postcode, a town and a comma right before a street.
static TOWN_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&latin(&format!(r"(?:^|[^\p{{L}}\p{{N}}.,-])(?P<a>{PLZ} {TOWN}),\s$")))
});
/// A town behind a street, perhaps with its province.
static TOWN_AFTER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&latin(&format!(
        r"\A, {CAP}(?: (?:(?:de|del|la|las|los|y) ){{0,2}}{CAP}){{0,2}}(?:, {CAP}(?: {CAP})?)?"
    )))
});
/// Towns that people name without a postcode.
static CITY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\A(?:,? ?(?:in )?\n?)(?:Berlin|Hamburg|München|Köln|Frankfurt(?: am Main)?|Stuttgart|Düsseldorf|Leipzig|Dortmund|Essen|Bremen|Dresden|Hannover|Nürnberg|Duisburg|Bochum|Wuppertal|Bielefeld|Bonn|Münster|Mannheim|Karlsruhe|Augsburg|Wiesbaden|Mainz|Kiel|Lübeck|Rostock|Potsdam|Erfurt|Magdeburg|Freiburg|Kassel|Halle|Aachen|Regensburg|Würzburg|Ulm|Heidelberg|Wien|Graz|Linz|Salzburg|Innsbruck|Klagenfurt|Zürich|Basel|Bern|Genf|Luzern|London|Paris|Madrid|Barcelona|Roma|Milano|Amsterdam|Rotterdam|Warszawa|Kraków)(?:-\p{Lu}\p{L}+)?",
    )
});
/// Say that an address follows.
static ADDRESS: LazyLock<WordList> = LazyLock::new(|| {
    WordList::new(
        "adresse|anschrift|wohn|lieferadresse|postleitzahl|plz$|zieh|umgezogen|address|live at|live in|adres| \
         direccion|indirizzo|domicil|codigo postal|code postal|zip|postcode|mieszkam|habite|liefern|schicken",
    )
});
/// Streets that are no addresses, folded: roads by number, parts of buildings, ways of speaking.
static NO_STREET: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:.*[ -])?(?:bundes|landes|staats|kreis|schnell|haupt?verkehrs|ausfall|umgehungs|einbahn|wasser|milch|daten|produktions|fertigungs|waschs?|spiel|test|neben|seiten|quer|park|park\S*|stell|sitz|steh|liege|arbeits|park|tabellen|medaillen|tennis|fussball|sport|camping|zelt|bau|speicher|schul|bahn|hoch|rad|geh|fuss|um|heim|hin|rueck|arbeits|schul|feld|lebens|um|aus|feld|wander|kilometer|ohne|lade|lager|hof|ausbildungs|studien|kita|schlaf|therapie|pflege|kinder|fenster|start|listen|ranglisten|podest|kurs|warte|reise|foto|logen|auto|haus|motorrad|marken|blatt|keller|treppen|auf|ab|ein|aus|um|quer|anti|hu|jahres|durch|uebergangs|anfahrts|dienst|schleich|transport|versand|liefer|melde|rechts|beschwerde|mittel|kommunikations|vertriebs)(?:strasse|str\.?|weg|platz|steig|stieg)(?: ?,? ?\d.*)?$|^(?:.* )?(?:via (?:app|mail|e-mail|whatsapp|zoom|teams|sms|paypal)|platz|steg|stieg|damm|weg)(?: .*)?\d|^bahnsteig|whatsapp|^(?:.* )?(?:der|dem|den|die|das|ein|eine|einen|einem|kein|mein|dein|pro|auf|vom|beim|dieser|jeder|erster|zweiter|dritter|letzter|neuer|toller) (?:strasse|str\.|weg|platz|allee|ring|hof|markt) ",
    )
});
/// A number followed by one of these counts something.
static UNIT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\A(?:\s?(?:%|€|\$|£|°|:\d|,\d)|\.\d| ?(?:uhr|min|minuten|std|stunden?|km|m|meter|kg|euro|eur|chf|personen|leute|stück|stk|tage?n?|wochen?|monaten?|jahren?|mal|x|prozent|grad|ff?|plätze|autos|punkte|tore|zimmer|minutes?|hours?|days?|weeks?|years?|people|times|miles|personas?|minutos?|horas?|d[ií]as?|euros|semanas?|meses|años?|veces|persone|minuti|ore|giorni|anni|volte|personnes|heures|jours|semaines|mois|ans|fois)\b)",
    )
});

/// Which countries' street names a text could hold: the search for [`Country::holds`], with the number
/// of the country of each pattern.
static COULD_HOLD: LazyLock<Option<(AhoCorasick, Vec<usize>)>> = LazyLock::new(|| {
    let numbered = COUNTRIES.iter().enumerate();
    let pairs = numbered.flat_map(|(at, country)| country.holds.iter().map(move |it| (*it, at)));
    let (parts, of): (Vec<&str>, Vec<usize>) = pairs.unzip();
    let search = AhoCorasick::builder().ascii_case_insensitive(true).build(parts).ok()?;
    Some((search, of))
});

/// Countries to look for, as bits.
fn countries_in(text: &str, has_town: bool) -> u32 {
    let mut found = 0;
    for (at, country) in COUNTRIES.iter().enumerate() {
        found |= u32::from(country.holds.is_empty() && has_town) << at;
    }
    let Some((search, of)) = COULD_HOLD.as_ref() else { return u32::MAX };
    let bytes = text.as_bytes();
    let first_digit = bytes.iter().position(u8::is_ascii_digit).unwrap_or(bytes.len());
    for part in search.find_overlapping_iter(text) {
        let country = of[part.pattern().as_usize()];
        let is_capital = || bytes[part.range()].iter().any(u8::is_ascii_uppercase);
        let is_near = match COUNTRIES[country].near {
            Near::Anything => true,
            Near::Capital => is_capital(),
            Near::CapitalAfterDigit => first_digit < part.start() && is_capital(),
            Near::CapitalOrAfterDigit => first_digit < part.start() || is_capital(),
            Near::Number => is_numbered(&text[part.end()..]),
        };
        if is_near {
            found |= 1 << country;
        }
    }
    found
}

/// Whether a number follows the end of a street name: `(str)aße 5`, `(platz), 3`.
fn is_numbered(rest: &str) -> bool {
    let end = ["aße", "asse", "."].iter().find_map(|end| {
        rest.get(..end.len()).filter(|start| start.eq_ignore_ascii_case(end)).map(str::len)
    });
    let rest = &rest.as_bytes()[end.unwrap_or(0)..];
    rest.iter().take(4).find(|byte| !b" ,".contains(byte)).is_some_and(u8::is_ascii_digit)
}

/// Whether three digits, a gap and a capital stand in a row, as in `10115 Berlin`.
fn has_town(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.windows(4).enumerate().any(|(at, window)| {
        window[..3].iter().all(u8::is_ascii_digit)
            && window[3].is_ascii_whitespace()
            && text[at + 4..].trim_start().chars().next().is_some_and(char::is_uppercase)
    })
}

/// All addresses in a text.
pub(super) fn find(input: &FinderInput<'_>) -> Vec<Hit> {
    let text = input.text;
    let mut hits: Vec<Hit> = Vec::new();
    let has_town = has_town(text);
    let countries = countries_in(text, has_town);
    for (at, country) in COUNTRIES.iter().enumerate() {
        if countries & 1 << at == 0 || !country.street.is_match(text) {
            continue;
        }
        let mut from = 0;
        while let Some(found) = country.street.regex().captures_at(text, from)
            && let Some(street) = found.name("a")
        {
            from = street.end();
            let rest = after(text, street.end(), 120);
            let folded = fold(street.as_str());
            let tail = country.tail.regex().find(rest).map(|tail| tail.end());
            let (length, confidence) = match tail {
                Some(length) => (length, Confidence::High),
                None if !country.alone || NO_STREET.is_match(&folded) || UNIT.is_match(rest) => {
                    continue;
                }
                None if follows_letter(rest) || is_doctor(street.as_str(), rest) => continue,
                None => {
                    let city = CITY.find(rest).map(|city| city.end());
                    let city =
                        city.or_else(|| country.names_town.then(|| town_after(rest)).flatten());
                    (city.unwrap_or(0), Confidence::Medium)
                }
            };
            let start =
                if tail.is_none() { town_before(text, street.start()) } else { street.start() };
            let whole = &text[start..street.end() + length];
            let range = start..start + whole.trim_end_matches(['.', ' ', '\n']).len();
            from = range.end.max(from);
            hits.push(hit(range, confidence));
        }
    }
    if !has_town {
        return disjoint(hits);
    }
    for found in TOWN_ONLY.captures_iter(text) {
        if let Some(town) = found.name("a") {
            let head = fold(before(text, town.start(), 40));
            let named = ADDRESS.is_in(&head);
            hits.push(hit(town.range(), if named { Confidence::Medium } else { Confidence::Low }));
        }
    }
    disjoint(hits)
}

/// Whether `Dr` is a title and no drive: `2016, Notar Dr. Muster`.
fn is_doctor(street: &str, rest: &str) -> bool {
    let name = rest.trim_start_matches(['.', ' ']);
    street.trim_end_matches('.').ends_with(" Dr")
        && !rest.starts_with(',')
        && name.len() < rest.len()
        && name.starts_with(char::is_uppercase)
}

/// How many bytes a comma and a town behind a street take, if nothing goes on behind it.
fn town_after(rest: &str) -> Option<usize> {
    let town = TOWN_AFTER.find(rest)?;
    let has_province = town.as_str().matches(',').count() > 1;
    let town = town.end();
    let next = rest[town..].chars().next();
    let ends =
        next.is_none_or(|next| matches!(next, '.' | ',' | ';' | ')' | '\n' | '"' | '?' | '!'));
    (ends || has_province).then_some(town)
}

/// Where a postcode and a town right before a street start: `1160 Wien, ` before `Thaliastraße 102`.
fn town_before(text: &str, street: usize) -> usize {
    let head = before(text, street, 50);
    let town = TOWN_BEFORE.captures(head).and_then(|found| found.name("a"));
    town.map_or(street, |town| street - head.len() + town.start())
}

fn follows_letter(rest: &str) -> bool {
    rest.chars().next().is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(text: &str) -> Vec<&str> {
        find(&FinderInput { text })
            .into_iter()
            .filter(|hit| hit.confidence > Some(Confidence::Low))
            .map(|hit| &text[hit.range])
            .collect()
    }

    #[test]
    fn addresses() {
        let cases = [
            (
                "Ich wohne in der Hauptstraße 5, 10115 Berlin.",
                "Hauptstraße 5, 10115 Berlin",
                "one line",
            ),
            ("Musterweg 12\n80331 München", "Musterweg 12\n80331 München", "two lines"),
            ("bin in der Lindenallee 7", "Lindenallee 7", "street and number"),
            ("hauptstr. 17a bitte klingeln", "hauptstr. 17a", "lower case"),
            (
                "Konrad-Adenauer-Straße 12-14 in 53113 Bonn",
                "Konrad-Adenauer-Straße 12-14 in 53113 Bonn",
                "hyphens, range",
            ),
            ("Berliner Str. 3, Potsdam", "Berliner Str. 3, Potsdam", "a big town"),
            (
                "Straße des 17. Juni 135, 10623 Berlin",
                "Straße des 17. Juni 135, 10623 Berlin",
                "digits in the name",
            ),
            ("Unter den Linden 17a", "Unter den Linden 17a", "no street word"),
            ("Am Alten Markt 5", "Am Alten Markt 5", "square"),
            (
                "Am Bahnhof 3, 49074 Osnabrück",
                "Am Bahnhof 3, 49074 Osnabrück",
                "sure by its postcode",
            ),
            (
                "Mariahilfer Straße 45/2/12, 1060 Wien",
                "Mariahilfer Straße 45/2/12, 1060 Wien",
                "Austria",
            ),
            (
                "Bahnhofstrasse 10, CH-8001 Zürich",
                "Bahnhofstrasse 10, CH-8001 Zürich",
                "Switzerland",
            ),
            ("221B Baker Street, London NW1 6XE", "221B Baker Street, London NW1 6XE", "England"),
            ("We are at 10 Downing St now", "10 Downing St", "England, short"),
            (
                "1600 Pennsylvania Avenue NW, Washington, DC 20500",
                "1600 Pennsylvania Avenue NW, Washington, DC 20500",
                "USA",
            ),
            ("12 rue de la Paix, 75002 Paris", "12 rue de la Paix, 75002 Paris", "France"),
            ("Via Roma 12, 00184 Roma", "Via Roma 12, 00184 Roma", "Italy"),
            ("Calle Mayor 5, 28013 Madrid", "Calle Mayor 5, 28013 Madrid", "Spain"),
            (
                "Keizersgracht 123, 1015 CJ Amsterdam",
                "Keizersgracht 123, 1015 CJ Amsterdam",
                "Netherlands",
            ),
            (
                "ul. Marszałkowska 10/5, 00-590 Warszawa",
                "ul. Marszałkowska 10/5, 00-590 Warszawa",
                "Poland",
            ),
            ("Meine Adresse: 10115 Berlin", "10115 Berlin", "town, by the word before it"),
        ];
        for (text, address, why) in cases {
            assert_eq!(counted(text), [address], "{text}: {why}");
        }
    }

    #[test]
    fn every_pattern_compiles() {
        for country in COUNTRIES.iter() {
            assert!(!country.street.regex().is_match(""), "{}", country.street.as_str());
            let _ = country.tail.regex();
        }
    }

    #[test]
    fn no_addresses() {
        let cases = [
            ("Wir treffen uns in der Hauptstraße", "no number"),
            ("Stau auf der Bundesstraße 27", "road"),
            ("Platz 3 im Turnier", "result"),
            ("Tabellenplatz 5", "result"),
            ("Parkplatz 12 ist frei", "place to park"),
            ("Am Montag 5 Personen", "day"),
            ("Am Tisch 4 bitte", "table"),
            ("Im Zimmer 12", "room"),
            ("Heimweg 10 Minuten", "measure"),
            ("Der Radweg 20 km lang", "measure"),
            ("Bahnsteig 5", "platform"),
            ("Supermarkt 5 Euro", "price"),
            ("via App 5 gebucht", "way"),
            ("10115 Berlin", "postcode and town alone"),
            ("Ehering 585", "word that ends like a street"),
            ("2 neue Straßen", "plural"),
            ("Auf dem Weg 5 Leute getroffen", "phrase"),
        ];
        for (text, why) in cases {
            assert_eq!(counted(text), Vec::<&str>::new(), "{text}: {why}");
        }
    }
}
