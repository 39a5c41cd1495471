//! `cargo xtask corpus`: chats for measuring, deterministic. For speed only: what is planted is of a
//! few kinds and not labelled.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use zip::write::SimpleFileOptions;
use zip::{DateTime, ZipWriter};

#[derive(Args)]
pub(crate) struct Options {
    /// Size of all chats together, in MB
    #[arg(long, default_value_t = 256)]
    pub(crate) size_mb: u64,
    /// Number of chats
    #[arg(long, default_value_t = 200)]
    pub(crate) chats: u64,
    /// The same seed, the same bytes
    #[arg(long, default_value_t = 7)]
    pub(crate) seed: u64,
    /// Folder to write into
    #[arg(long)]
    pub(crate) out: PathBuf,
    /// Each chat as a zip with two pictures, as phones export it
    #[arg(long)]
    pub(crate) zip: bool,
}

pub(crate) fn make(options: &Options) -> anyhow::Result<()> {
    fs::create_dir_all(&options.out)?;
    let each = usize::try_from(options.size_mb * 1_000_000 / options.chats.max(1))?;
    for number in 0..options.chats.max(1) {
        let mut dice = Dice::new(options.seed.wrapping_mul(1_000_003).wrapping_add(number));
        let text = chat(&mut dice, each);
        let name = format!("WhatsApp Chat mit {} {number:04}", dice.pick(LAST));
        let path = options.out.join(&name);
        if options.zip {
            pack(&path.with_extension("zip"), &format!("{name}.txt"), &text, &mut dice)?;
        } else {
            fs::write(path.with_extension("txt"), text)?;
        }
    }
    Ok(())
}

/// SplitMix64 (Steele, Lea, Flood 2014): enough for texts nobody reads.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from `from` to `to`, both included.
    pub(crate) fn range(&mut self, from: u64, to: u64) -> u64 {
        from + self.next() % (to - from + 1)
    }

    pub(crate) fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        let at = self.next() % list.len() as u64;
        list[usize::try_from(at).unwrap_or(0)]
    }

    pub(crate) fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + u8::try_from(self.next() % 10).unwrap_or(0))).collect()
    }
}

const FIRST: &[&str] = &[
    "Anna", "Jörg", "Mira", "Sören", "Käthe", "Sophie", "Ömer", "Frauke", "Timo", "Heike", "Emma",
    "Oliver", "Grace", "Günther", "Bärbel", "Jonas", "Yasmin", "Piotr",
];
const LAST: &[&str] = &[
    "Müller",
    "Schröder",
    "Weiß",
    "Köhler",
    "Jäger",
    "Yilmaz",
    "Smith",
    "Taylor",
    "Nowak",
    "Böhm",
    "Voß",
    "Becker",
    "Schäfer",
    "Grant",
    "Wegener",
    "Aydin",
];
const GERMAN: &[&str] = &[
    "Guten Morgen zusammen",
    "Alles klar, bis gleich!",
    "Ich stehe noch im Stau 😅",
    "Können wir das auf nächste Woche schieben?",
    "Haben Sie die Unterlagen schon bekommen?",
    "Ja gern, kein Problem 👍",
    "Das Paket ist leider noch nicht angekommen",
    "Vielen Dank für Ihre Nachricht, wir kümmern uns darum",
    "Welche Größe brauchen Sie denn?",
    "Wir haben das Modell in Schwarz und in Weiß vorrätig",
    "Ich frage kurz im Lager nach und melde mich dann",
    "Die Heizung läuft wieder, danke für den schnellen Einsatz",
    "Meine Tochter hat heute Schwimmkurs, ich komme etwas später",
    "Nein, leider nicht",
    "Ok",
    "Mach ich",
    "Wer bringt am Samstag den Kuchen mit?",
    "Gibt es auf das Ersatzteil eine Garantie?",
    "Der Kunde möchte bis heute Abend eine Rückmeldung, es geht um den Auftrag von letzter Woche \
     und um die fehlenden Teile, die schon am Montag hätten da sein sollen",
    "Könnte jemand meine Schicht am Freitag übernehmen?",
    "Fürs Büro brauchen wir noch Druckerpapier",
    "Der Schlüssel hängt wie immer am Haken neben der Tür",
];
const ENGLISH: &[&str] = &[
    "Good morning",
    "Thanks a lot!",
    "See you tomorrow",
    "Running late, sorry",
    "Did you get my last message?",
    "Thank you for your message, somebody will be with you shortly",
    "Which size would you like?",
    "It is out of stock until Friday",
    "Sounds good",
    "Not really, the weather was awful",
    "I'll call you back after lunch",
    "ok",
    "Feel free to drop by whenever you want, we can go through the list together before the \
     customer arrives",
];

/// One Android export of about `bytes` bytes: half of the lines are whole sentences, half are words
/// in new order, so that there are more words than sentences.
pub(crate) fn chat(dice: &mut Dice, bytes: usize) -> String {
    let german = dice.range(1, 10) <= 7;
    let (own, other) = if german { (GERMAN, ENGLISH) } else { (ENGLISH, GERMAN) };
    let words: Vec<&str> =
        GERMAN.iter().chain(ENGLISH).flat_map(|line| line.split_whitespace()).collect();
    let mut people = [person(dice), "Werkstatt".to_owned()];
    if dice.range(1, 10) <= 3 {
        people[0] = format!("+49 171 39200{}", dice.digits(2));
    }
    let mut text = String::with_capacity(bytes + 512);
    let mut minutes = dice.range(0, 400_000);
    while text.len() < bytes {
        minutes += dice.range(0, 90);
        let (day, month) = (minutes / 1440 % 28 + 1, minutes / 40_320 % 12 + 1);
        let (year, hour, minute) = (18 + minutes / 483_840 % 8, minutes / 60 % 24, minutes % 60);
        let sender = &people[usize::from(dice.range(0, 1) == 1)];
        let _ = write!(text, "{day:02}.{month:02}.{year:02}, {hour:02}:{minute:02} - {sender}: ");
        match dice.range(1, 400) {
            1..=2 => text.push_str(&planted(dice)),
            3..=8 => text.push_str("<Medien ausgeschlossen>"),
            9..=40 => text.push_str(&harmless_number(dice)),
            41..=60 => text.push_str(dice.pick(other)),
            61..=200 => {
                for _ in 0..dice.range(3, 14) {
                    text.push_str(dice.pick(&words));
                    text.push(' ');
                }
            }
            _ => text.push_str(dice.pick(own)),
        }
        text.push('\n');
    }
    text
}

fn person(dice: &mut Dice) -> String {
    format!("{} {}", dice.pick(FIRST), dice.pick(LAST))
}

/// Numbers that are nobody's business: prices, times, orders.
fn harmless_number(dice: &mut Dice) -> String {
    match dice.range(1, 4) {
        1 => {
            format!("Die Rechnung über {},{} Euro ist bezahlt", dice.range(5, 900), dice.digits(2))
        }
        2 => format!("Bestellung {} ist unterwegs", dice.digits(8)),
        3 => format!("Der Termin um {}:{}0 Uhr passt", dice.range(7, 19), dice.range(0, 5)),
        _ => format!("https://www.example.com/p/{}?ref=wa", dice.digits(6)),
    }
}

/// What a scan is for.
fn planted(dice: &mut Dice) -> String {
    match dice.range(1, 9) {
        1 => format!("Meine IBAN: {}", iban(dice)),
        2 => format!("Meine Nummer ist 0171 39200{}", dice.digits(2)),
        3 => {
            format!("Schick es an {}.{}@example.org", dice.pick(&["anna", "timo"]), dice.digits(3))
        }
        4 => "Ich habe Diabetes Typ 2 und nehme Metformin".to_owned(),
        5 => "Bin bis Freitag krankgeschrieben".to_owned(),
        6 => format!("Passwort: Sommer{}!", dice.digits(4)),
        7 => format!(
            "geboren am {:02}.{:02}.19{}",
            dice.range(1, 28),
            dice.range(1, 12),
            dice.range(40, 99)
        ),
        8 => format!("Lieferadresse: Lindenweg {}, 12345 Musterstadt", dice.range(1, 99)),
        _ => format!("Kennzeichen B-SR {}", dice.range(1, 9999)),
    }
}

/// A German IBAN with right check digits (ISO 13616), half of them in groups of four.
fn iban(dice: &mut Dice) -> String {
    let account = dice.digits(18);
    // D is 13, E is 14, then 00 for the digits that are looked for.
    let sum = format!("{account}131400")
        .bytes()
        .fold(0, |sum, digit| (sum * 10 + u32::from(digit - b'0')) % 97);
    let plain = format!("DE{:02}{account}", 98 - sum);
    if dice.range(0, 1) == 0 {
        return plain;
    }
    let mut grouped = String::new();
    for (at, c) in plain.chars().enumerate() {
        if at > 0 && at % 4 == 0 {
            grouped.push(' ');
        }
        grouped.push(c);
    }
    grouped
}

fn pack(path: &Path, name: &str, text: &str, dice: &mut Dice) -> anyhow::Result<()> {
    let time = DateTime::from_date_and_time(2024, 1, 1, 0, 0, 0)?;
    let options = SimpleFileOptions::default().last_modified_time(time);
    let mut zip = ZipWriter::new(File::create(path)?);
    zip.start_file(name, options)?;
    zip.write_all(text.as_bytes())?;
    for number in 0..2 {
        zip.start_file(format!("IMG-20240101-WA{number:04}.jpg"), options)?;
        let mut picture = b"\xff\xd8\xff\xe0\0\x10JFIF\0".to_vec();
        picture.extend((0..2500).flat_map(|_| dice.next().to_le_bytes()));
        picture.extend(b"\xff\xd9");
        zip.write_all(&picture)?;
    }
    zip.finish()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_chat_and_another_one_another() {
        let make = |seed| chat(&mut Dice::new(seed), 20_000);
        assert_eq!(make(7), make(7));
        assert_ne!(make(7), make(8));
        assert!((20_000..21_000).contains(&make(7).len()));
    }
}
