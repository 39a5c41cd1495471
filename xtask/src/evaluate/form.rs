//! Written forms of a value: how people and their phones spell one number.

/// How a value is written.
pub(super) const FORMS: &[(&str, fn(&str) -> String)] = &[
    ("as issued", |value| value.to_owned()),
    ("grouped", |value| grouped(value, " ")),
    ("no-break spaces", |value| grouped(value, "\u{a0}")),
    ("narrow spaces", |value| grouped(value, "\u{202f}")),
    ("dots", |value| grouped(value, ".")),
    ("dashes", |value| grouped(value, "-")),
    ("lower case", str::to_lowercase),
    ("zero-width", |value| value.chars().flat_map(|c| [c, '\u{200b}']).collect()),
    ("full-width", |value| value.chars().map(full_width).collect()),
    ("line break", |value| grouped(value, " ").replacen(' ', "\n", 1)),
    ("marks around", |value| format!("\u{202a}{value}\u{202c}")),
];

fn grouped(value: &str, separator: &str) -> String {
    let all: Vec<char> = value.chars().collect();
    let groups: Vec<String> = all.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join(separator)
}

fn full_width(c: char) -> char {
    match c {
        '0'..='9' => char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c),
        _ => c,
    }
}
