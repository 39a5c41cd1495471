//! Words that phones put into headers and attachment lines: facts about languages, not about users.

/// Half of the day that a word names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Period {
    /// Before noon.
    Am,
    /// From noon on.
    Pm,
    /// Late evening or after midnight: the hour tells.
    Night,
}

impl Period {
    /// The hour of 24 that an hour of 12 means; hours that are of 24 already stay.
    pub(super) fn hour(self, hour: u8) -> u8 {
        match self {
            Self::Am if hour == 12 => 0,
            Self::Pm if hour < 12 => hour + 12,
            Self::Night if hour == 12 => 0,
            Self::Night if (6..12).contains(&hour) => hour + 12,
            _ => hour,
        }
    }
}

/// Words between date and time: Finnish, German, Portuguese, French, Swedish, Italian, Russian ...
const CONNECTORS: &[&str] =
    &["klo", "kl.", "kl", "um", "às", "à", "at", "alle", "ore", "ob", "om", "о", "в", "u", "v"];

/// What may follow the year: Buddhist era, Russian and Bulgarian "year", Ukrainian "year".
const YEAR_SUFFIXES: &[&str] = &["BE", "г.", "г", "р."];

/// Day periods before the time: Chinese, Japanese, Korean.
const PERIODS_BEFORE: &[(&str, Period)] = &[
    ("上午", Period::Am),
    ("早上", Period::Am),
    ("清晨", Period::Am),
    ("凌晨", Period::Am),
    ("午前", Period::Am),
    ("오전", Period::Am),
    ("下午", Period::Pm),
    ("中午", Period::Pm),
    ("晚上", Period::Pm),
    ("午後", Period::Pm),
    ("오후", Period::Pm),
];

/// Day periods after the time, besides the many spellings of `a.m.` and `p.m.`; longer ones first.
const PERIODS_AFTER: &[(&str, Period)] = &[
    ("in the morning", Period::Am),
    ("in the afternoon", Period::Pm),
    ("in the evening", Period::Pm),
    ("at night", Period::Night),
    ("at noon", Period::Pm),
    ("noon", Period::Pm),
    ("midnight", Period::Am),
    ("de la mañana", Period::Am),
    ("de la tarde", Period::Pm),
    ("de la noche", Period::Pm),
    ("da manhã", Period::Am),
    ("da tarde", Period::Pm),
    ("da noite", Period::Pm),
    ("nachmittags", Period::Pm),
    ("vormittags", Period::Am),
    ("morgens", Period::Am),
    ("mittags", Period::Pm),
    ("abends", Period::Pm),
    ("nachts", Period::Night),
    ("nachm.", Period::Pm),
    ("vorm.", Period::Am),
    ("f.m.", Period::Am),
    ("e.m.", Period::Pm),
    ("fm", Period::Am),
    ("em", Period::Pm),
    ("SA", Period::Am),
    ("CH", Period::Pm),
    ("de.", Period::Am),
    ("du.", Period::Pm),
    ("ÖÖ", Period::Am),
    ("ÖS", Period::Pm),
    ("π.μ.", Period::Am),
    ("μ.μ.", Period::Pm),
    ("ΠΜ", Period::Am),
    ("ΜΜ", Period::Pm),
    ("пр.об.", Period::Am),
    ("сл.об.", Period::Pm),
    ("дп", Period::Am),
    ("пп", Period::Pm),
    ("ق.ظ.", Period::Am),
    ("ق.ظ", Period::Am),
    ("ب.ظ.", Period::Pm),
    ("ب.ظ", Period::Pm),
    ("ص", Period::Am),
    ("م", Period::Pm),
    ("पूर्वाह्न", Period::Am),
    ("अपराह्न", Period::Pm),
];

/// Stems of "attached", as in `IMG-1.jpg (file attached)`.
const ATTACHED: &[&str] = &[
    "attached",
    "angehängt",
    "bijgevoegd",
    "přiložen",
    "priložen",
    "добавлен",
    "прикреп",
    "приложен",
    "прикачен",
    "додано",
    "adjunt",
    "allegat",
    "joint",
    "anexad",
    "anexo",
    "bifogad",
    "vedhæftet",
    "vedlagt",
    "liitetty",
    "liite",
    "załączon",
    "eklendi",
    "ekli",
    "csatol",
    "atașat",
    "συνημμ",
    "lisatud",
    "pievienot",
    "pridėt",
    "terlampir",
    "dilampirkan",
    "đính kèm",
    "附件",
    "附加",
    "添付",
    "첨부",
    "संलग्न",
    "مرفق",
    "پیوست",
    "מצורף",
    "แนบ",
];

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

fn leading(words: &[&str], text: &[u8]) -> Option<usize> {
    words.iter().find(|word| text.starts_with(word.as_bytes())).map(|word| word.len())
}

/// Length of the word between date and time that `text` starts with.
pub(super) fn connector(text: &[u8]) -> Option<usize> {
    let length = leading(CONNECTORS, text)?;
    matches!(text.get(length), Some(b' ' | 0xC2 | 0xE2)).then_some(length)
}

/// Length of the word after the year that `text` starts with, and whether it says Buddhist era.
pub(super) fn year_suffix(text: &[u8]) -> Option<(usize, bool)> {
    leading(YEAR_SUFFIXES, text).map(|length| (length, text[0] == b'B'))
}

/// The day period before a time that `text` starts with, and its length.
pub(super) fn period_before(text: &[u8]) -> Option<(Period, usize)> {
    let found = PERIODS_BEFORE.iter().find(|(word, _)| text.starts_with(word.as_bytes()))?;
    Some((found.1, found.0.len()))
}

/// The day period after a time that `text` starts with, and its length; the spellings of `a.m.`
/// are not among them.
pub(super) fn period_after(text: &[u8]) -> Option<(Period, usize)> {
    let starts = |word: &str| {
        text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes()))
    };
    let found = PERIODS_AFTER.iter().find(|(word, _)| starts(word))?;
    Some((found.1, found.0.len()))
}

/// The English month, from 1, whose name or abbreviation `text` starts with, and its length.
pub(super) fn month(text: &[u8]) -> Option<(u16, usize)> {
    let letters = text.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    if !(3..=9).contains(&letters) {
        return None;
    }
    let word = &text[..letters];
    let fits = |name: &str| {
        (letters == 3 || letters == name.len() || word == b"Sept")
            && name.as_bytes()[..letters].eq_ignore_ascii_case(word)
    };
    let at = MONTHS.iter().position(|name| letters <= name.len() && fits(name))?;
    let dot = usize::from(text.get(letters) == Some(&b'.'));
    Some((at as u16 + 1, letters + dot))
}

/// Whether the words in parentheses after a file name say that it is attached.
pub(super) fn says_attached(words: &str) -> bool {
    ATTACHED.iter().any(|stem| words.contains(stem))
}
