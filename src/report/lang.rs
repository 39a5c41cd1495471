//! Words, numbers and times as people read them, German and English side by side.

use std::borrow::Cow;

/// Language of what people read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Lang {
    /// German.
    De,
    /// English.
    #[default]
    En,
}

impl Lang {
    /// The text in this language.
    pub(super) fn say<'a>(self, en: &'a str, de: &'a str) -> &'a str {
        match self {
            Self::De => de,
            Self::En => en,
        }
    }

    /// BCP 47 tag.
    pub(super) fn tag(self) -> &'static str {
        self.say("en", "de")
    }

    /// A number with thousands grouped.
    pub(super) fn number(self, number: u64) -> String {
        let digits = number.to_string();
        let mut out = String::with_capacity(digits.len() + digits.len() / 3);
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                out.push_str(self.say(",", "."));
            }
            out.push(digit);
        }
        out
    }

    /// A number and its noun.
    pub(super) fn count(self, number: u64, one: &str, many: &str) -> String {
        format!("{} {}", self.number(number), if number == 1 { one } else { many })
    }

    /// A size in decimal units.
    pub(super) fn bytes(self, bytes: u64) -> String {
        let units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];
        let mut unit = 0;
        // Tenths of the unit, rounded half up.
        let mut tenths = u128::from(bytes) * 10;
        while tenths >= 10_000 && unit + 1 < units.len() {
            unit += 1;
            tenths = (u128::from(bytes) * 10 + 10u128.pow(3 * unit as u32) / 2)
                / 10u128.pow(3 * unit as u32);
        }
        let (whole, tenth) = (tenths / 10, tenths % 10);
        if unit == 0 || whole >= 100 {
            format!("{whole} {}", units[unit])
        } else {
            format!("{whole}{}{tenth} {}", self.say(".", ","), units[unit])
        }
    }

    /// A time of the contract (`2024-03-02T14:05:00`, zone or offset after it) for people.
    pub(super) fn time(self, time: &str) -> String {
        let parts = time.split_once('T').and_then(|(date, clock)| {
            let mut date = date.splitn(3, '-');
            let (year, month, day) = (date.next()?, date.next()?, date.next()?);
            let (hours, zone) = (clock.get(..5)?, clock.get(5..)?);
            let zone = zone.find(['Z', '+', '-']).map_or("", |at| &zone[at..]);
            let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            [year, month, day]
                .iter()
                .all(|part| digits(part))
                .then_some((year, month, day, hours, zone))
        });
        let Some((year, month, day, hours, zone)) = parts else { return time.to_owned() };
        let zone = match zone {
            "" => String::new(),
            "Z" => " UTC".to_owned(),
            zone => format!(" {zone}"),
        };
        match self {
            Self::De => format!("{day}.{month}.{year} {hours}{zone}"),
            Self::En => format!("{year}-{month}-{day} {hours}{zone}"),
        }
    }

    /// An article of the GDPR: `Art. 9(1)` is `Art. 9 Abs. 1 DSGVO` in German.
    pub(super) fn article(self, article: &str) -> String {
        if !article.starts_with("Art. ") {
            return article.to_owned();
        }
        if self == Self::En {
            return format!("{article} GDPR");
        }
        let mut parts = article.split('(');
        let mut out = parts.next().unwrap_or_default().trim_end().to_owned();
        for part in parts {
            let part = part.trim_end().trim_end_matches(')');
            let number = part.starts_with(|c: char| c.is_ascii_digit());
            out.push_str(match (number, out.contains(" Abs. ") || out == "Art. 4") {
                (true, false) => " Abs. ",
                (true, true) => " Nr. ",
                (false, _) => " Buchst. ",
            });
            out.push_str(part);
        }
        out + " DSGVO"
    }

    /// What an article is about; empty if unknown.
    pub(super) fn about_article(self, article: &str) -> &'static str {
        // `Art. 4(15)` has words of its own, `Art. 9(2)(h)` takes those of `Art. 9`.
        let known = |key: &str| ARTICLES.iter().find(|(article, ..)| *article == key);
        let whole = article.split('(').next().unwrap_or_default().trim_end();
        let (_, en, de) = known(article).or_else(|| known(whole)).unwrap_or(&("", "", ""));
        self.say(en, de)
    }

    /// Name of a category; user-made ones stay as they are.
    pub fn category(self, name: &str) -> &str {
        let (en, de) = match name {
            "financial" => ("Financial data", "Finanzdaten"),
            "identity" => ("Identity and documents", "Identität und Ausweise"),
            "contact" => ("Contact data", "Kontaktdaten"),
            "health" => ("Health", "Gesundheit"),
            "art9" => ("Special categories", "Besondere Kategorien"),
            "art10" => ("Criminal matters", "Straftaten"),
            "credential" => ("Credentials", "Zugangsdaten"),
            "social" => ("Social situation", "Soziale Verhältnisse"),
            "tax" => ("Tax", "Steuern"),
            "business" => ("Business", "Unternehmen"),
            "vehicle" => ("Vehicle", "Fahrzeug"),
            "location" => ("Location", "Standort"),
            other => return other,
        };
        self.say(en, de)
    }

    /// Name of a severity.
    pub fn severity(self, name: &str) -> &str {
        let (en, de) = match name {
            "critical" => ("critical", "kritisch"),
            "high" => ("high", "hoch"),
            "medium" => ("medium", "mittel"),
            "low" => ("low", "niedrig"),
            other => return other,
        };
        self.say(en, de)
    }

    /// Name of a confidence.
    pub(super) fn confidence(self, name: &str) -> &str {
        let (en, de) = match name {
            "high" => ("high", "hoch"),
            "medium" => ("medium", "mittel"),
            "low" => ("low", "niedrig"),
            other => return other,
        };
        self.say(en, de)
    }

    /// Name of an input's status.
    pub(super) fn status(self, name: &str) -> &str {
        let (en, de) = match name {
            "clean" => ("no findings", "ohne Hinweise"),
            "findings" => ("findings", "Hinweise"),
            "partial" => ("partly read", "teilweise gelesen"),
            "error" => ("not read", "nicht gelesen"),
            "limit" => ("over a limit", "Grenze erreicht"),
            "skipped" => ("skipped", "übersprungen"),
            "not-a-chat" => ("no chat", "kein Chat"),
            "unchanged" => ("unchanged", "unverändert"),
            other => return other,
        };
        self.say(en, de)
    }

    /// State of a finding: whether somebody has decided on it.
    pub(super) fn state(self, name: &str) -> &str {
        let (en, de) = match name {
            "open" => ("open", "offen"),
            "new" => ("new", "neu"),
            "suppressed" => ("suppressed", "unterdrückt"),
            "reopened" => ("open again", "wieder offen"),
            other => return other,
        };
        self.say(en, de)
    }

    /// Why a finding is new.
    pub(super) fn because(self, name: &str) -> &str {
        let (en, de) = match name {
            "data" => ("new data", "neue Daten"),
            "rules" => ("the rules changed", "die Regeln änderten sich"),
            "secret" => ("the secret was changed", "das Geheimnis wurde gewechselt"),
            other => return other,
        };
        self.say(en, de)
    }

    /// What kind of text a finding stands in.
    pub(super) fn part(self, name: &str) -> &str {
        let (en, de) = match name {
            "body" => ("message text", "Nachrichtentext"),
            "caption" => ("caption", "Bildunterschrift"),
            "sender" => ("sender", "Absender"),
            "filename" => ("file name", "Dateiname"),
            "cell" => ("table cell", "Tabellenfeld"),
            "other" => ("other text", "sonstiger Text"),
            other => return other,
        };
        self.say(en, de)
    }

    /// Which way a message went.
    pub(super) fn direction(self, name: &str) -> &str {
        match name {
            "in" => self.say("received", "empfangen"),
            "out" => self.say("sent", "gesendet"),
            other => other,
        }
    }

    /// A kind of attachment, plural.
    pub(super) fn attachment(self, name: &str) -> &str {
        let (en, de) = match name {
            "photo" => ("photos", "Fotos"),
            "video" => ("videos", "Videos"),
            "audio" => ("voice notes and audio", "Sprachnachrichten und Audio"),
            "sticker" => ("stickers", "Sticker"),
            "document" => ("documents", "Dokumente"),
            "other" => ("other files", "sonstige Dateien"),
            other => return other,
        };
        self.say(en, de)
    }

    /// Why something was never opened.
    pub(super) fn skipped(self, name: &str) -> &str {
        let (en, de) = match name {
            "link" => ("link to another place", "Verknüpfung an einen anderen Ort"),
            "fifo" => ("pipe", "Pipe"),
            "socket" => ("socket", "Socket"),
            "device" => ("device", "Gerätedatei"),
            "special" => ("special file", "Sonderdatei"),
            "own-output" => ("output of this program", "Ausgabe dieses Programms"),
            "own-temporary-file" => {
                ("temporary file of this program", "temporäre Datei dieses Programms")
            }
            other => return other,
        };
        self.say(en, de)
    }

    /// What became of a copy.
    pub(super) fn copy(self, name: &str) -> &str {
        let (en, de) = match name {
            "written" => ("written and checked", "geschrieben und geprüft"),
            "planned" => ("would be written", "würde geschrieben"),
            "refused" => ("refused", "verweigert"),
            "withheld" => ("withheld", "zurückgehalten"),
            "omitted" => ("not needed", "nicht nötig"),
            other => return other,
        };
        self.say(en, de)
    }

    /// Why a finding counts, in words.
    pub(super) fn reason<'a>(self, reason: &'a str) -> Cow<'a, str> {
        let (kind, word) = reason.split_once(':').unwrap_or((reason, ""));
        let (en, de) = match (kind, word) {
            ("word", word) => {
                return match self {
                    Self::En => format!("the word “{word}” stands near").into(),
                    Self::De => format!("das Wort „{word}“ steht in der Nähe").into(),
                };
            }
            ("question", word) => {
                return match self {
                    Self::En => format!("answers a question with “{word}”").into(),
                    Self::De => format!("antwortet auf eine Frage mit „{word}“").into(),
                };
            }
            ("checksum", _) => ("check digits are right", "Prüfziffern stimmen"),
            ("term", _) => ("clear term", "eindeutiger Begriff"),
            ("weak-term", _) => ("term that needs context", "Begriff, der Kontext braucht"),
            ("cue", "self") => ("author speaks of themself", "Verfasser spricht von sich"),
            ("cue", "third") => ("author speaks of somebody else", "Verfasser spricht von anderen"),
            ("cue", "clinical") => ("clinical wording", "medizinische Formulierung"),
            ("cue", "figurative") => (
                "may be figurative, lowered one level",
                "evtl. bildlich gemeint, eine Stufe niedriger",
            ),
            ("shape", _) => ("form of the value", "Form des Wertes"),
            _ => return Cow::Borrowed(reason),
        };
        self.say(en, de).to_owned().into()
    }
}

/// Articles of the GDPR and what they are about.
const ARTICLES: [(&str, &str, &str); 12] = [
    ("Art. 4", "personal data", "personenbezogene Daten"),
    ("Art. 4(13)", "genetic data", "genetische Daten"),
    ("Art. 4(14)", "biometric data", "biometrische Daten"),
    ("Art. 4(15)", "health data", "Gesundheitsdaten"),
    ("Art. 5", "principles of processing", "Grundsätze der Verarbeitung"),
    ("Art. 6", "lawfulness of processing", "Rechtmäßigkeit der Verarbeitung"),
    ("Art. 8", "data of children", "Daten von Kindern"),
    ("Art. 9", "special categories of data", "besondere Kategorien von Daten"),
    ("Art. 10", "criminal convictions and offences", "Verurteilungen und Straftaten"),
    ("Art. 32", "security of processing", "Sicherheit der Verarbeitung"),
    ("Art. 87", "national identification number", "nationale Kennziffer"),
    ("Art. 88", "data of employees", "Beschäftigtendaten"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_sizes_times() {
        let cases = [
            (Lang::De.number(1_234_567), "1.234.567", "German groups"),
            (Lang::En.number(999), "999", "no group"),
            (Lang::En.number(1000), "1,000", "first group"),
            (Lang::En.bytes(999), "999 B", "bytes are whole"),
            (Lang::De.bytes(1234), "1,2 kB", "decimal comma"),
            (Lang::En.bytes(999_950), "1.0 MB", "rounds into the next unit"),
            (Lang::En.bytes(123_456_789), "123 MB", "no tenths above 100"),
            (Lang::En.bytes(u64::MAX), "18.4 EB", "largest"),
            (Lang::De.time("2024-03-02T14:05:00"), "02.03.2024 14:05", "local"),
            (Lang::En.time("2024-03-02T14:05:00.123Z"), "2024-03-02 14:05 UTC", "fraction, UTC"),
            (Lang::De.time("2024-03-02T14:05:00+01:00"), "02.03.2024 14:05 +01:00", "offset"),
            (Lang::De.time("<b>T12:00"), "<b>T12:00", "no time"),
            (Lang::De.time("2024-03-02T1€"), "2024-03-02T1€", "not cut inside a character"),
        ];
        for (is, expected, why) in cases {
            assert_eq!(is, expected, "{why}");
        }
    }

    #[test]
    fn articles_in_german() {
        let cases = [
            ("Art. 9(1)", "Art. 9 Abs. 1 DSGVO", "paragraph"),
            ("Art. 4(1)", "Art. 4 Nr. 1 DSGVO", "Article 4 has numbers, no paragraphs"),
            ("Art. 5(1)(f)", "Art. 5 Abs. 1 Buchst. f DSGVO", "letter"),
            ("Art. 10", "Art. 10 DSGVO", "whole article"),
            ("§ 203 StGB", "§ 203 StGB", "another law"),
        ];
        for (article, expected, why) in cases {
            assert_eq!(Lang::De.article(article), expected, "{why}");
        }
        assert_eq!(Lang::En.about_article("Art. 4(15)"), "health data");
        assert_eq!(Lang::En.about_article("Art. 9(2)(h)"), "special categories of data");
        assert_eq!(Lang::En.about_article("§ 203 StGB"), "");
    }
}
