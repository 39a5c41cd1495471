//! Passwords in chat wording: `pw: X`, `das Kennwort lautet X`, `login: a / b`, seed phrases.
//!
//! The words around say that a value comes; what stands there decides: after a colon any word that is
//! no part of a sentence, after `ist` what could be no adjective, after the bare word only what looks
//! made up.
//!
//! Longer than most because its tables of wordings are tests as well as documentation.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::super::shadow::is_other_letter;
use super::password_words::{ADJECTIVES, SENTENCE, STOP};
use super::wording::{after, before, disjoint, fold, hit, pattern};
use super::{FinderInput, Hit};
use crate::model::Confidence;

/// Names of a password.
static KEY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)(?:[\p{L}\p{N}]+-?)?(?:pa(?:ss?|ß)w(?:or[dt]|rt|d)|passphrase|passcode|kennwort|losungswort|codewort",
        r"|mot de passe|contrase[nñ]a|has[lł]o|wachtwoord|l[oö]senord|adgangskode|adgangsord|passord",
        r"|zugangsschl(?:ü|ue)ssel|netzwerkschl(?:ü|ue)ssel|sicherheitsschl(?:ü|ue)ssel)(?:e?s|er)?\b",
        r"|\b(?:wlan|w-lan|wifi|wi-fi|wpa2?|router|netzwerk|hotspot)[- ]?(?:schl(?:ü|ue)ssel|key|code)\b",
        r"|\b(?:pw|pwd|psw|mdp|kw|wpa[23]?(?:-psk)?)\b|\b(?:pass|senha|clave|parola|heslo|jelsz[oó])\b",
    ))
});
/// What may stand between the name and the value, and the sign that a value comes.
static SIGN: LazyLock<Regex> = LazyLock::new(|| {
    let of = r"(?:f(?:ü|ue)rs?|vom|von|zum|zur|zu|beim?|im|in|des|der|am|auf|f(?:ü|ue)r'?n|for|to|of|on|du|de|del|della|pour|para|di|per|voor|van|do|dla|mein[a-z]*|unser[a-z]*|ihr[a-z]*|dein[a-z]*)";
    let now = r"(?:jetzt|nun|aktuell|derzeit|momentan|immer noch|noch immer|weiterhin|wieder|einfach|ab jetzt|ab sofort|ab heute|seit heute|seit gestern|also|übrigens|dann|erst ?mal|vorerst|folgendes|now|currently|still|simply|just|from now on|teraz|ahora|maintenant|adesso|nu|agora|wie folgt|as follows)";
    pattern(&format!(
        r#"(?i)\A["”“*_)]*(?:(?P<of>\s+{of}(?:[ ][^\s:=,.!?]+){{1,6}}?|\s*\([^()\n]{{1,40}}\))?(?:(?P<colon>(?:[ ](?:lautet|ist|is|hei(?:ß|ss)t|neu|new|[A-Za-z0-9.\-À-\u{{10ffff}}]{{1,24}}))?\s{{0,2}}(?::|=+>?|->|→|⇒)\s{{0,3}})|(?P<is>['’]s\s{{1,3}}|,?\s{{1,2}}(?:(?P<named>lautet|lauten|hei(?:ß|ss)t|w(?:ä|ae)re|reads)|ist|is|wird|war|was|bleibt|remains|stays|c['’]est|est|es|è|é|jest|to|är|er)(?:[ ]{now}){{0,3}}(?P<also>\s?:)?\s{{1,3}}))|(?P<set>\s(?:(?:wurde|wird|ist|hab[a-z]*|has been|was|is|now|ich|jetzt|changed|set|reset|ge(?:ä|ae)ndert|umgestellt|gestellt)\s){{0,4}}(?:auf|to|in)\s)|(?P<dash>\s-\s)|(?P<bare>\s{{1,2}}))"#
    ))
});
/// `Sommer2024! ist das Passwort`.
static REVERSED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:^|\s)(?P<value>\S{4,64})\s+(?:ist|is|als|as|wäre|lautet)\s+(?:(?:das|mein|dein|unser|ihr|the|my|your|our|a|neue|new|aktuelle|current|wlan|wifi)\s+){0,3}(?:[\p{L}-]*(?:passwort|password|kennwort)|pw)\b",
    )
});
/// Signs of a value that comes later in the sentence.
static LATER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?i)(?::|=|->|→|\b(?:ist|is|lautet|lauten|jetzt|nun|now|auf|to|bleibt|heißt|wäre|sind|mit|with))\s{1,3}["„“]?(?P<value>[^\s"“”]{6,64})"#,
    )
});
/// One of these, or an `@`, stands in every text with such a pair.
pub(super) const PAIR_WORDS: &[&str] =
    &["root$", "admin$", "administrator$", "user$", "guest$", "test$"];
/// `erika@example.org / geheim7`, `erika@example.org:geheim7`, `root:geheim7`, `admin / geheim7`.
static PAIR: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:^|[\s:(])(?:[a-z0-9._%+-]{1,64}@[a-z0-9.-]{1,64}\.[a-z]{2,12}\s?[/|:;]|(?:root|admin|administrator|user|guest|test)\s?[/|:])\s?(?P<value>[^\s/|]{5,64})",
    )
});
/// Two values under one word.
static LOGIN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?P<key>log-?in|log-?in-?daten|zugangsdaten|anmeldedaten|credentials|creds|user/pass(?:word)?|benutzer/passwort|(?P<net>w-?lan|wi-?fi|gäste-?wlan|hotspot|zugang|account|konto))(?:[ ](?:f(?:ü|ue)r|zu|zum|for|to)[ ][\p{L}\p{N}.-]+)?(?:\s*(?P<sign>[:=])\s*|[ ])(?P<user>[^\s/|,;]{2,64}(?:[ ][^\s/|,;]{1,20})?)\s*(?P<gap>[/|,;]|\s-\s|\n|\sund\s|\sand\s)\s*(?P<value>\S{3,64})",
    )
});
/// Words to recover a wallet or an account.
static SEED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:seed|recovery|mnemonic|backup|wallet|secret|wiederherstellungs?|sicherungs?)[- ]?(?:phrase|words?|w(?:ö|oe)rter|satz|seed|key|schl(?:ü|ue)ssel|s(?:ä|ae)tze)?\b[^\n]{0,40}?[:=\n]\s*(?P<value>(?:(?:\d{1,2}[.)]?\s?)?[a-z]{3,8}[\s,;]+){11,23}(?:\d{1,2}[.)]?\s?)?[a-z]{3,8})\b",
    )
});
/// The longest password that is looked for, in characters.
const LONGEST: usize = 130;

/// What stands before a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// `Passwort: X`, `Kennwort lautet X`.
    Clear,
    /// `das Passwort ist X`.
    Is,
    /// `pw X`, `Passwort - X`.
    Bare,
}

/// All passwords in a text.
pub(super) fn find(input: &FinderInput<'_>) -> Vec<Hit> {
    let text = input.text;
    let mut hits: Vec<Hit> = Vec::new();
    let mut add = |range, confidence| hits.push(hit(range, confidence));
    for key in KEY.find_iter(text) {
        // `\b` sees a boundary beside every letter that is not ASCII.
        if is_other_letter(text[..key.start()].chars().next_back())
            || is_other_letter(text[key.end()..].chars().next())
        {
            continue;
        }
        let is_short = matches!(
            fold(key.as_str()).as_str(),
            "pass"
                | "senha"
                | "clave"
                | "parola"
                | "heslo"
                | "jelszo"
                | "wpa"
                | "wpa2"
                | "wpa3"
                | "wpa2-psk"
                | "wpa3-psk"
                | "wpa-psk"
        );
        let needs_colon = is_short && has_no_user(text, key.start());
        if let Some((range, sign)) = after_key(text, key.end(), needs_colon) {
            add(range, if sign == Sign::Clear { Confidence::High } else { Confidence::Medium });
        } else if !is_short && let Some(range) = later(text, key.end()) {
            add(range, Confidence::Medium);
        }
    }
    for found in REVERSED.captures_iter(text) {
        if let Some(value) = found.name("value").map(|value| trim(text, value.range()))
            && looks_made_up(&text[value.clone()])
            && !is_nothing(&text[value.clone()])
        {
            add(value, Confidence::Medium);
        }
    }
    for found in LOGIN.captures_iter(text) {
        let (Some(user), Some(gap), Some(value)) =
            (found.name("user"), found.name("gap"), found.name("value"))
        else {
            continue;
        };
        let range = trim(text, value.range());
        let value = &text[range.clone()];
        let is_net = found.name("net").is_some();
        let is_signed = found.name("sign").is_some();
        let is_slash = gap.as_str() == "/";
        let ends = is_end(after(text, range.end, 60));
        // `Login: Montag / Dienstag` is no pair
        let names = |word: &str| {
            word.starts_with(char::is_uppercase) && word.chars().all(char::is_alphabetic)
        };
        let certain = !is_net
            && is_signed
            && is_slash
            && !is_stop(user.as_str())
            && !(names(user.as_str()) && names(value));
        if !is_nothing(value)
            && !is_stop(value)
            && KEY.find(value).is_none_or(|key| key.start() > 0)
            && !is_measure(value)
            && (looks_made_up(value) && (is_signed || is_slash && !is_net) || certain && ends)
        {
            add(range, Confidence::Medium);
        }
    }
    for found in SEED.captures_iter(text) {
        if let Some(value) = found.name("value")
            && fold(value.as_str())
                .split_whitespace()
                .filter(|word| SENTENCE.contains(&format!(" {word} ")))
                .count()
                < 2
        {
            add(value.range(), Confidence::High);
        }
    }
    disjoint(hits)
}

/// Passwords that a mail address or the name of an account alone announces.
pub(super) fn find_pairs(input: &FinderInput<'_>) -> Vec<Hit> {
    let text = input.text;
    if !text.contains(['@', ':', '/', '|']) {
        return Vec::new();
    }
    PAIR.captures_iter(text)
        .filter_map(|found| {
            let range = trim(text, found.name("value")?.range());
            let value = &text[range.clone()];
            (looks_made_up(value)
                && !is_nothing(value)
                && !is_measure(value)
                && !value.contains(['@', ':']))
            .then(|| hit(range, Confidence::Medium))
        })
        .collect()
}

/// No user name stands before on the same line, so that `pass` may be a passport or a mountain.
fn has_no_user(text: &str, at: usize) -> bool {
    let head = fold(before(text, at, 60));
    let line = head.rsplit('\n').next().unwrap_or_default();
    !["user", "login", "nutzer", "account", "konto", "name"].iter().any(|word| line.contains(word))
}

/// The value after a name of a password that ends at `at`.
fn after_key(text: &str, at: usize, needs_colon: bool) -> Option<(Range<usize>, Sign)> {
    let window = after(text, at, 240);
    let found = SIGN.captures(window)?;
    let colon = found.name("colon").is_some() || found.name("also").is_some();
    let sign = if colon || found.name("named").is_some() {
        Sign::Clear
    } else if found.name("is").is_some() {
        Sign::Is
    } else {
        Sign::Bare
    };
    let of = found.name("of").map_or("", |of| of.as_str());
    if needs_colon && !colon || is_about(of) {
        return None;
    }
    let start = at + found.get(0)?.end();
    let (range, quoted) = value(text, start)?;
    let value = &text[range.clone()];
    let rest = after(text, range.end, 60);
    if is_nothing(value) {
        return None;
    }
    let made_up = looks_made_up(value);
    let accepted = match sign {
        _ if quoted => !is_stop(value) && value.len() >= 3,
        Sign::Clear => value.len() >= 3 && !is_stop(value) && (made_up || is_end(rest)),
        Sign::Is => {
            value.len() >= 4
                && !is_stop(value)
                && !is_measure(value)
                && (made_up
                    || is_end(rest)
                        && !is_adjective(value)
                        && !rest.trim_start_matches(['"', ')']).starts_with('?'))
        }
        Sign::Bare => {
            let in_pair = !has_no_user(text, at);
            value.len() >= 4
                && !is_stop(value)
                && !is_measure(value)
                && !is_year(value)
                && (made_up
                    || in_pair && of.is_empty() && found.name("bare").is_some() && is_end(rest))
        }
    };
    accepted.then_some((range, sign))
}

/// A value further on in the message: `Kennwort geändert, ist jetzt Birne44!`.
fn later(text: &str, at: usize) -> Option<Range<usize>> {
    let window = after(text, at, 100);
    let window = KEY.find(window).map_or(window, |next| &window[..next.start()]);
    LATER.captures_iter(window.split("\n\n").next().unwrap_or_default()).find_map(|found| {
        let value = found.name("value")?;
        let range = trim(text, at + value.start()..at + value.end());
        let value = &text[range.clone()];
        let letters = value.chars().filter(|char| char.is_alphabetic()).count();
        let is_code =
            !value.chars().any(char::is_lowercase) && !value.contains(['!', '#', '$', '%', '&']);
        (value.len() >= 6
            && letters >= 3
            && !is_code
            && looks_made_up(value)
            && !is_nothing(value)
            && !is_measure(value)
            && !value.contains('@'))
        .then_some(range)
    })
}

/// The words between are about what one does with it: `Passwort zum Ändern ist`.
fn is_about(of: &str) -> bool {
    let of = fold(of);
    ["aendern", "zuruecksetz", "vergess", "reset", "change", "eingeb", "forgot"]
        .iter()
        .any(|word| of.contains(word))
}

/// The token at `start`, without marks around it, and whether it stands in quotes.
fn value(text: &str, start: usize) -> Option<(Range<usize>, bool)> {
    let rest = after(text, start, LONGEST);
    let first = rest.chars().next()?;
    let closing = match first {
        '"' | '“' | '”' => Some(['"', '“', '”']),
        '„' => Some(['“', '”', '"']),
        '‚' => Some(['‘', '’', '\'']),
        '\'' | '‘' | '’' => Some(['\'', '’', '‘']),
        '`' => Some(['`'; 3]),
        '«' | '»' => Some(['»', '«', '»']),
        '›' | '‹' => Some(['‹', '›', '‹']),
        _ => None,
    };
    if let Some(closing) = closing {
        let inner = start + first.len_utf8();
        let window = after(text, inner, LONGEST);
        if let Some(length) = window.find(closing)
            && length > 0
            && !window[..length].contains('\n')
        {
            return Some((inner..inner + length, true));
        }
    }
    let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let token = trim(text, start..start + length);
    for mark in ['*', '_', '~'] {
        let value = &text[token.clone()];
        if value.len() > 4 && value.starts_with(mark) && value.ends_with(mark) {
            return Some((token.start + 1..token.end - 1, true));
        }
    }
    (!token.is_empty()).then_some((token, false))
}

/// Without punctuation of the sentence at its ends.
fn trim(text: &str, range: Range<usize>) -> Range<usize> {
    let value = &text[range.clone()];
    let mut trimmed = value.trim_end_matches([',', ';', '"', '“', '”', '…']);
    trimmed = trimmed.strip_suffix('.').unwrap_or(trimmed);
    if trimmed.ends_with(')') && !trimmed.contains('(') {
        trimmed = trimmed.trim_end_matches(')');
    }
    let front = trimmed.len() - trimmed.trim_start_matches(['"', '„', '“']).len();
    range.start + front..range.start + trimmed.len().max(front)
}

/// A placeholder, a link, a mark, a smiley: nothing that could be typed in.
fn is_nothing(value: &str) -> bool {
    let lower = fold(value);
    let first = value.chars().next();
    let alike = value.chars().all(|char| Some(char) == first);
    alike && !value.bytes().all(|byte| byte.is_ascii_digit())
        || lower.contains("://")
        || lower.starts_with("www.")
        || value.starts_with(['<', '[', '{', '(']) && value.ends_with(['>', ']', '}', ')'])
        || value.starts_with(['$', '%'])
            && value.contains(['{', '(', '_'])
            && value.ends_with(['}', ')', '%'])
        || value.contains("***")
        || lower.contains("xxx")
        || lower.contains("...")
        || [
            "your",
            "dein_",
            "example",
            "beispiel",
            "placeholder",
            "changeme_",
            "hier_",
            "insert",
            "null",
            "none",
            "undefined",
            "todo",
        ]
        .iter()
        .any(|word| lower.starts_with(word))
        || !value.chars().any(|char| char.is_alphanumeric())
            && value.chars().filter(char::is_ascii_punctuation).count() < 6
}

/// A word of a sentence.
fn is_stop(value: &str) -> bool {
    let word = value
        .trim_matches(|char: char| !char.is_alphanumeric() && char != '-' && char != '/')
        .to_lowercase();
    let folded = fold(&word);
    word.is_empty() || STOP.contains(&format!(" {word} ")) || STOP.contains(&format!(" {folded} "))
}

/// What `ist` joins to a noun: participles and adjectives in lower case.
fn is_adjective(value: &str) -> bool {
    let word = value.trim_end_matches(['.', '!', '?', ',', ')']);
    if word.chars().any(|char| !char.is_lowercase()) {
        return false;
    }
    let word = fold(word);
    if ADJECTIVES.contains(&format!(" {word} ")) {
        return true;
    }
    let participle = [
        "ge", "ver", "be", "er", "zer", "ent", "ab", "an", "auf", "aus", "ein", "zurueck", "um",
        "hinter", "ueber", "un",
    ]
    .iter()
    .any(|prefix| word.starts_with(prefix))
        && (word.ends_with('t') || word.ends_with("en"));
    participle
        || [
            "iert", "bar", "lich", "ig", "isch", "los", "haft", "sam", "ed", "ing", "able", "ible",
            "ful",
        ]
        .iter()
        .any(|suffix| word.len() > suffix.len() + 2 && word.ends_with(suffix))
}

/// `24h`, `8-stellig`, `10:30`, `12.05.2024`: digits, but not made up.
fn is_measure(value: &str) -> bool {
    let value = fold(value.trim_end_matches(['.', '!', '?', ',']));
    let digits = value.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &value[digits..];
    let is_time = value.len() <= 11
        && value
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b'/' | b'-'))
        && value.bytes().any(|byte| !byte.is_ascii_digit());
    digits > 0
        && (is_time
            || rest.contains("stellig")
            || [
                "h", "min", "std", "tage", "x", "%", "€", "eur", "er", "te", "ter", "mal", "px",
                "gb", "mb", "kb", "tb", "ghz", "mhz", "mbit", "kg", "cm", "mm", "uhr", "watt",
                "volt",
            ]
            .contains(
                &rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ',' || c == '.'),
            ))
}

fn is_year(value: &str) -> bool {
    value.len() == 4
        && (value.starts_with("19") || value.starts_with("20"))
        && value.bytes().all(|byte| byte.is_ascii_digit())
}

/// Digits among letters, symbols inside, or four digits and more.
fn looks_made_up(value: &str) -> bool {
    let core = value.trim_end_matches(['.', '!', '?', ',']);
    let letters = core.chars().filter(|char| char.is_alphabetic()).count();
    let digits = core.chars().filter(char::is_ascii_digit).count();
    let symbols = core
        .chars()
        .filter(|char| {
            matches!(
                char,
                '!' | '#'
                    | '$'
                    | '%'
                    | '&'
                    | '*'
                    | '+'
                    | '='
                    | '?'
                    | '@'
                    | '^'
                    | '_'
                    | '~'
                    | '|'
                    | '\\'
                    | '§'
                    | '€'
            )
        })
        .count();
    let inner_capital =
        core.chars().skip(1).any(char::is_uppercase) && core.chars().any(char::is_lowercase);
    let hyphenated = core.contains('-') || core.contains('/');
    digits > 0 && letters > 0 && core.len() >= 4
        || symbols > 0 && letters > 0
        || digits >= 4 && letters == 0
        || inner_capital && !hyphenated && letters >= 4
}

/// Whether the sentence ends here or goes on with something else.
fn is_end(rest: &str) -> bool {
    let line =
        rest.split('\n').next().unwrap_or_default().trim_start_matches(['"', '“', '”', '\'', ')']);
    let line = line.trim();
    let Some(first) = line.chars().next() else { return true };
    if !first.is_alphanumeric() {
        return true;
    }
    let word = fold(line.split(|char: char| !char.is_alphanumeric()).next().unwrap_or_default());
    " und and et y e en oder or lg vg mfg gruss danke thanks bitte benutzer benutzername user username login pin viel bis ssid "
        .contains(&format!(" {word} "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        find(&FinderInput { text }).into_iter().map(|hit| &text[hit.range]).collect()
    }

    #[test]
    fn values() {
        let cases = [
            ("Passwort: Sommer2024!", "Sommer2024!", "colon"),
            ("passwort: sommer", "sommer", "a simple word after a colon is one"),
            ("pw hallo123", "hallo123", "bare"),
            ("PW=geheim#1", "geheim#1", "equals sign"),
            ("Das Kennwort lautet Blumenwiese", "Blumenwiese", "lautet"),
            ("Das WLAN-Passwort ist Katze-77-Hund", "Katze-77-Hund", "ist"),
            ("das passwort ist sommer", "sommer", "a simple word"),
            ("Das Passwort für den Router ist jetzt: Tulpe99", "Tulpe99", "of what, jetzt, colon"),
            ("Passwort fürs Gäste-WLAN lautet Willkommen1", "Willkommen1", "of what"),
            ("Passwort (Netflix): Popcorn", "Popcorn", "of what in brackets"),
            ("Netflix Passwort neu: Popcorn7", "Popcorn7", "neu"),
            ("Passwort:\nSommer2024!", "Sommer2024!", "next line"),
            (
                "Passwort ist „mein Hund bellt\u{201c}",
                "mein Hund bellt",
                "quotes hold words together",
            ),
            ("Passwort *Geheim77*", "Geheim77", "bold"),
            ("user: max pass: geheim", "geheim", "pair"),
            ("login: max / geheim", "geheim", "pair under one word"),
            ("Login max.muster pw geheim", "geheim", "pair, bare"),
            ("WLAN: Gast / Sommer2024", "Sommer2024", "network"),
            ("WLAN-Schlüssel: 4711081512345678", "4711081512345678", "digits"),
            ("WLAN Code: abcd-efgh-1234", "abcd-efgh-1234", "network"),
            ("mot de passe : soleil", "soleil", "French"),
            ("contraseña: verano2024", "verano2024", "Spanish"),
            ("hasło: lato2024", "lato2024", "Polish"),
            ("wachtwoord: zomer", "zomer", "Dutch"),
            ("my password is hunter2 ok?", "hunter2", "English"),
            ("my password's Sunny-Day-7", "Sunny-Day-7", "English, in short"),
            ("The password to the admin account is Tr0ub4dor&3.", "Tr0ub4dor&3", "of what"),
            ("hab das Passwort auf Winter25 geändert", "Winter25", "set to"),
            ("changed the password to Winter25!", "Winter25!", "set to, English"),
            ("Sommer2024! ist das Passwort", "Sommer2024!", "value first"),
            (
                "Seed phrase: apple brave cabin dance eager fabric garden habit icon jacket kitchen lemon",
                "apple brave cabin dance eager fabric garden habit icon jacket kitchen lemon",
                "twelve words",
            ),
        ];
        for (text, value, why) in cases {
            assert_eq!(found(text), [value], "{text}: {why}");
        }
    }

    #[test]
    fn sentences() {
        let cases = [
            ("Passwort vergessen?", "no value"),
            ("Das Passwort ist falsch", "adjective"),
            ("Das Passwort ist geheim!", "adjective"),
            ("das passwort ist abgelaufen.", "participle"),
            ("Passwort ändern", "no value"),
            ("Passwort ist immer noch das alte", "no value"),
            ("Das Passwort ist das gleiche wie immer", "no value"),
            ("Wie lautet das Passwort?", "question"),
            ("Wie ist das Passwort für das WLAN?", "question"),
            ("Passwort: steht auf dem Router", "sentence after a colon"),
            ("Passwort: siehe E-Mail", "elsewhere"),
            ("Passwort bitte an mich schicken", "request"),
            ("Passwort: ****", "masked"),
            ("password: ${DB_PASS}", "a variable"),
            ("password: <your-password>", "placeholder"),
            ("Passwort zurücksetzen: https://example.org/reset", "link"),
            ("Das Passwort ist 8-stellig", "measure"),
            ("Das Passwort ist 24h gültig", "measure"),
            ("Mein Pass ist abgelaufen", "passport"),
            ("Der Pass war super, 3:1 gewonnen", "football"),
            ("password is required", "adjective"),
            ("the password's been changed", "no value, in short"),
            ("the password is not working", "no value"),
            ("your password has been changed", "no value"),
            ("Login: geht wieder / danke", "no pair"),
            ("Das WLAN geht nicht", "no value"),
            ("Passwort habe ich dir gemailt", "sentence"),
            ("pw kommt gleich", "sentence"),
            ("PW 2024", "a year"),
            ("Passwörter sind doof", "plural"),
            ("Ich habe ein Passwort mit 12 Zeichen", "measure"),
        ];
        for (text, why) in cases {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}: {why}");
        }
    }

    #[test]
    fn hostile_texts_end() {
        for text in [
            "pw",
            "pw:",
            "Passwort: \"",
            "pw „",
            "pw: *",
            "passwort ist ",
            &"pw: ".repeat(5_000),
            "pw ä",
        ] {
            let _ = found(text);
        }
    }
}
