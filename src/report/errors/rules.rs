//! What is said about rule files to those who write them.

/// English and German; `{}` stands for any text.
pub(super) const RULES: &[(&str, &str)] = &[
    // Keys
    (
        "expected a title in English and in German",
        "erwartet wird ein Titel auf Englisch und auf Deutsch",
    ),
    (
        "expected at least one article, such as \"Art. 4(1)\"",
        "erwartet wird mindestens ein Artikel, etwa \"Art. 4(1)\"",
    ),
    (
        "label `{}` is not made of ASCII capitals, digits and `_`",
        "die Marke `{}` besteht nicht aus den Großbuchstaben A bis Z, Ziffern und `_`",
    ),
    (
        "finds nothing: expected [[find]], [[answer]] or [terms]",
        "findet nichts: erwartet wird [[find]], [[answer]] oder [terms]",
    ),
    ("`{}` is no word", "`{}` ist kein Wort"),
    (
        "expected exactly one of shape, regex and finder",
        "erwartet wird genau eines von shape, regex und finder",
    ),
    ("a shape sees capitals and digits only", "eine shape sieht nur Großbuchstaben und Ziffern"),
    ("expected words of a question", "erwartet werden Wörter einer Frage"),
    ("expected what the term is instead", "erwartet wird, was der Begriff sonst bedeutet"),
    ("pattern does not compile: {}", "der Ausdruck ist fehlerhaft: {}"),
    ("the only named group is `value`", "die einzige benannte Gruppe heißt `value`"),
    ("pattern matches nothing at all", "der Ausdruck passt auf leeren Text"),
    (
        "{} is slow and matches other scripts: write {} or a class such as [0-9]",
        "{} ist langsam und passt auf andere Schriften: {} oder eine Klasse wie [0-9] schreiben",
    ),
    ("there is no validator `{}`", "den Prüfer `{}` gibt es nicht"),
    ("expected in or out", "erwartet wird in oder out"),
    // Tests
    (
        "expected at least two hits and two misses, not {} and {}",
        "erwartet werden mindestens zwei Treffer und zwei Fehlanzeigen, nicht {} und {}",
    ),
    ("a miss needs a why", "eine Fehlanzeige braucht ein why"),
    ("`{}` does not stand in the text of its test", "`{}` steht nicht im Text seines Tests"),
    // Files and lists
    ("expected schema 1, not {}", "erwartet wird schema 1, nicht {}"),
    (
        "id `{}` does not fit the place: in the folder of rules this file must be {}.toml, or its id `{}`",
        "id `{}` passt nicht zum Ort: im Ordner der Regeln muss diese Datei {}.toml heißen oder ihre id `{}`",
    ),
    (
        "id `{}` has no family: move the file into a folder",
        "id `{}` hat keine Familie: die Datei in einen Ordner legen",
    ),
    ("there is no list {}", "die Liste {} gibt es nicht"),
    ("`{}` stands in line {} already", "`{}` steht schon in Zeile {}"),
    ("`{}` is no term of this rule", "`{}` ist kein Begriff dieser Regel"),
    (
        "expected the header {}, tab-separated",
        "erwartet wird die Kopfzeile {}, durch Tabulatoren getrennt",
    ),
    ("no column {}", "die Spalte {} fehlt"),
    (
        "strength is `{}`, expected strong or weak",
        "strength ist `{}`, erwartet wird strong oder weak",
    ),
    ("case is `{}`, expected exact or fold", "case ist `{}`, erwartet wird exact oder fold"),
    (
        "match is `{}`, expected word, stem, phrase or suffix",
        "match ist `{}`, erwartet wird word, stem, phrase oder suffix",
    ),
    ("a term needs a letter or digit", "ein Begriff braucht einen Buchstaben oder eine Ziffer"),
    // What the reader of TOML says
    ("{} (did you mean `{}`?)", "{} (vielleicht gemeint: `{}`)"),
    ("missing field `{}`", "`{}` fehlt"),
    ("duplicate key", "doppelter Schlüssel"),
    ("unknown field `{}`, expected {}", "`{}` ist nicht bekannt, erwartet wird {}"),
    ("unknown variant `{}`, expected {}", "`{}` ist nicht bekannt, erwartet wird {}"),
    ("invalid type: {}, expected {}", "falsche Art von Wert: {}, erwartet wird {}"),
    ("one of {}", "eines von {}"),
];
