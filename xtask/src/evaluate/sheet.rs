//! `docs/evaluation.md`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::messages::Half;
use super::tally::{Count, Tally};

/// Groups of messages, as in the goals: (name, group, languages, least recall).
const GOALS: &[(&str, &str, Languages, f64)] = &[
    ("identifiers with check digits, any written form", "identifiers", Languages::All, 0.995),
    ("identifiers split over two messages", "split", Languages::All, 0.95),
    ("bare answers to a question", "answers", Languages::All, 0.95),
    ("health, German", "health", Languages::German, 0.95),
    ("health, six other languages", "health", Languages::Others, 0.85),
    ("other Art. 9, and Art. 10", "art9 and art10", Languages::All, 0.90),
    ("credentials in chat wording", "credentials", Languages::All, 0.95),
    ("keys and tokens by their makers' forms", "tokens", Languages::All, 0.70),
    ("contact data, plates, birth dates", "contact", Languages::All, 0.95),
    ("income, debts, family, benefits", "finances and social", Languages::All, 0.90),
];

#[derive(Clone, Copy)]
enum Languages {
    All,
    German,
    Others,
}

impl Languages {
    fn has(self, lang: &str) -> bool {
        match self {
            Self::All => true,
            Self::German => lang == "de",
            Self::Others => lang != "de",
        }
    }
}

/// The lines that a run prints.
pub(super) fn summary(tallies: &BTreeMap<Half, Tally>, chance: f64) -> String {
    goals(tallies, chance)
}

/// The whole page.
pub(super) fn write(tallies: &BTreeMap<Half, Tally>, chance: f64, seed: u64) -> String {
    let mut page = String::from(
        "# Evaluation\n\nWritten by `cargo xtask evaluate`; do not edit. Every message is made by that command from the frames, wordings \
         and lists in\n`xtask/evaluate`; numbers are drawn until their check digits are right. Wordings and list entries fall into two halves by a\n\
         hash: mistakes of the tuning half are shown to whoever changes rules (`--errors`), those of the checking half are not.\n\
         The wordings are by the authors of the rules: unseen chats are harder. All figures at the default level. Many of the harmless\n\
         messages are hard on purpose: they ask for songs, films, books and games whose names are words of illness, belief or crime.\n\n",
    );
    let _ = writeln!(page, "Seed {seed}.\n\n## Goals\n\n{}", goals(tallies, chance));
    let Some(check) = tallies.get(&Half::Check) else { return page };
    let _ = writeln!(
        page,
        "Recall: something of what is marked was found. Right rule: of those, by the rule (of terms and credentials: the family) that\nshould. \
         Whole: all that is marked is covered.\n\n## By language (checking half)\n\n| what | language | messages | recall | right rule | whole |\n|---|---|--:|--:|--:|--:|"
    );
    for ((group, lang), count) in &check.by_group {
        let _ = writeln!(page, "| {group} | {lang} {}", cells(*count));
    }
    page.push_str("\n## By written form (checking half)\n\n| form | messages | recall | right rule | whole |\n|---|--:|--:|--:|--:|\n");
    for (form, count) in &check.by_form {
        let _ = writeln!(page, "| {form} {}", cells(*count));
    }
    page.push_str("\n## By rule (checking half)\n\n| rule | messages | recall | right rule | whole |\n|---|--:|--:|--:|--:|\n");
    for (rule, count) in &check.by_rule {
        let _ = writeln!(page, "| `{rule}` {}", cells(*count));
    }
    page.push_str("\n## Confusion between rules (checking half)\n\nNumbers of several countries share length and check digits; what matters is that the value is found and masked.\n\n| expected | found | messages |\n|---|---|--:|\n");
    for ((expected, found), count) in &check.confusion {
        let _ = writeln!(page, "| `{expected}` | `{found}` | {count} |");
    }
    page.push_str(
        "\n## False alarms\n\n| half | language | harmless messages | with an alarm |\n|---|---|--:|--:|\n",
    );
    for (half, tally) in tallies {
        for (lang, (all, alarms)) in &tally.harmless {
            let _ = writeln!(page, "| {} | {lang} | {all} | {alarms} |", half_name(*half));
        }
    }
    page
}

fn goals(tallies: &BTreeMap<Half, Tally>, chance: f64) -> String {
    let mut table =
        String::from("| what | goal | checking half | tuning half |\n|---|---|---|---|\n");
    let both = |of: &dyn Fn(&Tally) -> String| {
        [Half::Check, Half::Tune]
            .map(|half| tallies.get(&half).map_or(String::new(), of))
            .join(" | ")
    };
    for (name, group, languages, least) in GOALS {
        let cells = both(&|tally| {
            let count = tally.group(group, |lang| languages.has(lang));
            format!(
                "{:.3} of {}, right rule {:.3}",
                count.recall(),
                count.messages,
                count.right_share()
            )
        });
        let _ = writeln!(table, "| {name} | recall >= {least} | {cells} |");
    }
    let tokens = both(&|tally| {
        format!("{:.3}, {} near misses", tally.token_precision(), tally.near_misses.0)
    });
    let _ =
        writeln!(table, "| keys and tokens against near misses | precision >= 0.9 | {tokens} |");
    let precision = both(&|tally| {
        let (all, right) = tally.findings;
        format!("{:.3} of {all} findings", right as f64 / all.max(1) as f64)
    });
    let _ = writeln!(table, "| precision, all messages together | | {precision} |");
    let alarms = both(&|tally| {
        let all: usize = tally.harmless.values().map(|one| one.0).sum();
        format!("{:.1} of {all} messages", tally.alarm_rate())
    });
    let _ = writeln!(table, "| alarms per 10,000 harmless messages | <= 5 | {alarms} |");
    let _ = writeln!(
        table,
        "| random 11-digit numbers taken for a Steuer-ID | <= 0.5 % | {:.2} % of 100,000 | |",
        chance * 100.0
    );
    table
}

fn cells(count: Count) -> String {
    let whole = count.whole as f64 / count.messages.max(1) as f64;
    format!(
        "| {} | {:.3} | {:.3} | {whole:.3} |",
        count.messages,
        count.recall(),
        count.right_share()
    )
}

fn half_name(half: Half) -> &'static str {
    match half {
        Half::Tune => "tuning",
        Half::Check => "checking",
    }
}
