//! The result in plain sentences: indications, never a judgement on what is lawful.

use super::{Lang, Overview, RunRecord};

/// How the result looks at first sight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    /// Everything was read, nothing was found.
    Good,
    /// Something was not read, or there was nothing to read.
    Unsure,
    /// Something was found.
    Found,
}

/// The result in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Verdict {
    /// For the colour; the headline says the same.
    pub(super) tone: Tone,
    /// A few words.
    pub(super) headline: &'static str,
    /// Full sentences.
    pub(super) sentences: Vec<String>,
}

impl Tone {
    /// Class of the page's style.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Unsure => "unsure",
            Self::Found => "found",
        }
    }
}

/// Inputs that could not be fully read.
pub(super) fn unread(run: &RunRecord) -> u64 {
    ["partial", "error", "limit"]
        .iter()
        .filter_map(|status| run.totals.by_status.get(*status))
        .sum()
}

/// The result of a run.
pub(super) fn verdict(run: &RunRecord, overview: &Overview, lang: Lang) -> Verdict {
    let totals = &run.totals;
    let unread = unread(run);
    let of = |status: &str| totals.by_status.get(status).copied().unwrap_or_default();
    let read = of("clean") + of("findings") + of("partial") + of("limit");
    let emptied = run.history.as_ref().map_or(0, |history| history.emptied);
    let whole = run.complete && unread == 0 && totals.incidents == 0 && emptied == 0;
    let (tone, headline) = match (totals.findings > 0, whole, read + of("unchanged") > 0) {
        (true, true, _) => (
            Tone::Found,
            lang.say(
                "Indications of confidential data found",
                "Hinweise auf vertrauliche Daten gefunden",
            ),
        ),
        (true, false, _) => (
            Tone::Found,
            lang.say(
                "Indications of confidential data found, not everything was read",
                "Hinweise auf vertrauliche Daten gefunden, nicht alles gelesen",
            ),
        ),
        (false, false, _) => {
            (Tone::Unsure, lang.say("Not everything was read", "Es wurde nicht alles gelesen"))
        }
        (false, true, false) => {
            (Tone::Unsure, lang.say("No chat was read", "Es wurde kein Chat gelesen"))
        }
        (false, true, true) => (
            Tone::Good,
            lang.say(
                "No indications of confidential data",
                "Keine Hinweise auf vertrauliche Daten",
            ),
        ),
    };
    let mut sentences = vec![found(run, overview, lang, whole)];
    if !run.complete {
        sentences.push(
            lang.say(
                "The run was stopped before its end: this report holds only what was read until then.",
                "Der Lauf wurde vorzeitig beendet: Dieser Bericht enthält nur, was bis dahin gelesen war.",
            )
            .to_owned(),
        );
    }
    sentences.extend(since(run, lang));
    sentences.extend(gaps(run, unread, lang));
    Verdict { tone, headline, sentences }
}

fn found(run: &RunRecord, overview: &Overview, lang: Lang, whole: bool) -> String {
    let totals = &run.totals;
    let inputs =
        lang.count(totals.inputs, lang.say("input", "Quelle"), lang.say("inputs", "Quellen"));
    if totals.findings == 0 {
        return match (totals.inputs, whole, lang) {
            (0, _, Lang::En) => "The paths given hold no files.".to_owned(),
            (0, _, Lang::De) => "Unter den angegebenen Pfaden liegen keine Dateien.".to_owned(),
            (_, true, Lang::En) => format!("{inputs}, no indications of confidential data."),
            (_, true, Lang::De) => format!("{inputs}, keine Hinweise auf vertrauliche Daten."),
            (_, false, Lang::En) => format!("{inputs}; no indications in what could be read."),
            (_, false, Lang::De) => {
                format!("{inputs}; keine Hinweise in dem, was gelesen werden konnte.")
            }
        };
    }
    let findings = lang.count(
        totals.findings,
        lang.say("indication", "Hinweis"),
        lang.say("indications", "Hinweise"),
    );
    let with = lang.number(overview.inputs_with_findings);
    let worst: Vec<String> = ["critical", "high"]
        .iter()
        .filter_map(|name| totals.by_severity.get(*name).map(|count| (name, *count)))
        .filter(|(_, count)| *count > 0)
        .map(|(name, count)| format!("{} {}", lang.number(count), lang.severity(name)))
        .collect();
    let worst = if worst.is_empty() {
        String::new()
    } else {
        format!("{}{}", lang.say(", of these ", ", davon "), worst.join(", "))
    };
    match lang {
        Lang::En => format!("{findings} of confidential data in {with} of {inputs}{worst}."),
        Lang::De => format!("{findings} auf vertrauliche Daten in {with} von {inputs}{worst}."),
    }
}

/// What a state adds: what is missing, what is new, what does not count.
fn since(run: &RunRecord, lang: Lang) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(history) = &run.history {
        if history.emptied > 0 {
            out.push(lang.count(
                history.emptied,
                lang.say(
                    "named folder held files in an earlier run and holds none now: is it mounted? Nothing counts as fixed.",
                    "genannter Ordner enthielt früher Dateien und jetzt keine: Ist er eingehängt? Nichts gilt als behoben.",
                ),
                lang.say(
                    "named folders held files in an earlier run and hold none now: are they mounted? Nothing counts as fixed.",
                    "genannte Ordner enthielten früher Dateien und jetzt keine: Sind sie eingehängt? Nichts gilt als behoben.",
                ),
            ));
        }
        if history.missing > 0 {
            out.push(lang.count(
                history.missing,
                lang.say(
                    "input of the last run is missing; its findings are not fixed but gone.",
                    "Quelle des letzten Laufs fehlt; ihre Hinweise sind nicht behoben, sondern fort.",
                ),
                lang.say(
                    "inputs of the last run are missing; their findings are not fixed but gone.",
                    "Quellen des letzten Laufs fehlen; ihre Hinweise sind nicht behoben, sondern fort.",
                ),
            ));
        }
        let [new, again, fixed, open] =
            [history.new, history.reopened, history.fixed, history.open].map(|n| lang.number(n));
        let once = match run.totals.findings > history.open {
            true => lang.say(
                " (the same message in several inputs counts once)",
                " (dieselbe Nachricht in mehreren Quellen zählt einmal)",
            ),
            false => "",
        };
        out.push(match (history.previous.is_some(), lang) {
            (false, Lang::En) => {
                format!("First run with this state: everything is new; {open} open in all{once}.")
            }
            (false, Lang::De) => {
                format!("Erster Lauf mit diesem Zustand: Alles ist neu; {open} insgesamt offen{once}.")
            }
            (true, Lang::En) => format!(
                "Since the last run: {new} new, {again} open again, {fixed} fixed; {open} open in all{once}."
            ),
            (true, Lang::De) => format!(
                "Seit dem letzten Lauf: {new} neu, {again} wieder offen, {fixed} behoben; {open} insgesamt offen{once}."
            ),
        });
    }
    [out, suppressed(run, lang)].concat()
}

/// What does not count.
fn suppressed(run: &RunRecord, lang: Lang) -> Vec<String> {
    let mut out = Vec::new();
    if run.totals.suppressed > 0 {
        out.push(lang.count(
            run.totals.suppressed,
            lang.say(
                "further one does not count, by decision (own data, thresholds, suppressions).",
                "weiterer zählt nach Entscheidung nicht (eigene Daten, Schwellen, Unterdrückungen).",
            ),
            lang.say(
                "further ones do not count, by decision (own data, thresholds, suppressions).",
                "weitere zählen nach Entscheidung nicht (eigene Daten, Schwellen, Unterdrückungen).",
            ),
        ));
    }
    out
}

fn gaps(run: &RunRecord, unread: u64, lang: Lang) -> Vec<String> {
    let totals = &run.totals;
    let mut out = Vec::new();
    let mut push = |count: u64, en: [&str; 2], de: [&str; 2]| {
        if count > 0 {
            let [one, many] = if lang == Lang::De { de } else { en };
            out.push(lang.count(count, one, many));
        }
    };
    push(
        unread,
        [
            "input was not fully read: its result is incomplete.",
            "inputs were not fully read: their result is incomplete.",
        ],
        [
            "Quelle wurde nicht vollständig gelesen: Ihr Ergebnis ist unvollständig.",
            "Quellen wurden nicht vollständig gelesen: Ihr Ergebnis ist unvollständig.",
        ],
    );
    push(
        totals.uninspected,
        [
            "attachment (such as photos and voice notes) was not looked into.",
            "attachments (such as photos and voice notes) were not looked into.",
        ],
        [
            "Anhang (etwa Fotos, Sprachnachrichten) wurde inhaltlich nicht geprüft.",
            "Anhänge (etwa Fotos, Sprachnachrichten) wurden inhaltlich nicht geprüft.",
        ],
    );
    push(
        totals.by_status.get("unchanged").copied().unwrap_or_default(),
        [
            "input is unchanged since the last run and was not read again.",
            "inputs are unchanged since the last run and were not read again.",
        ],
        [
            "Quelle ist seit dem letzten Lauf unverändert und wurde nicht erneut gelesen.",
            "Quellen sind seit dem letzten Lauf unverändert und wurden nicht erneut gelesen.",
        ],
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Totals;

    #[test]
    fn nothing_sounds_clean_that_is_not() {
        let cases = [
            // (findings, incidents, statuses, complete, tone, why)
            (0, 0, &["clean"][..], true, Tone::Good, "all read, nothing found"),
            (0, 0, &["unchanged"], true, Tone::Good, "nothing new since the last run"),
            (0, 1, &["clean", "error"], true, Tone::Unsure, "one was not read"),
            (0, 1, &["partial"], true, Tone::Unsure, "part was not read"),
            (0, 0, &["clean"], false, Tone::Unsure, "stopped early"),
            (0, 0, &["not-a-chat"], true, Tone::Unsure, "no chat at all"),
            (0, 0, &[], true, Tone::Unsure, "nothing to read"),
            (1, 0, &["findings"], true, Tone::Found, "found"),
            (1, 1, &["partial"], true, Tone::Found, "found, and not all was read"),
        ];
        for (findings, incidents, statuses, complete, tone, why) in cases {
            let run = RunRecord {
                schema: 1,
                tool: String::new(),
                version: String::new(),
                rules_version: String::new(),
                rules: 0,
                command: String::new(),
                secret_id: String::new(),
                started: String::new(),
                finished: String::new(),
                complete,
                device_tag: None,
                sandbox: String::new(),
                skipped: Vec::new(),
                history: None,
                totals: Totals {
                    findings,
                    incidents,
                    inputs: statuses.len() as u64,
                    by_status: statuses.iter().map(|status| ((*status).to_owned(), 1)).collect(),
                    ..Totals::default()
                },
            };
            for lang in [Lang::De, Lang::En] {
                let verdict = verdict(&run, &Overview::default(), lang);
                assert_eq!(verdict.tone, tone, "{why}");
                for sentence in &verdict.sentences {
                    let judges = ["Verstoß", "infringement", "violation", "illegal"];
                    assert!(!judges.iter().any(|word| sentence.contains(word)), "{sentence}");
                }
            }
        }
    }
}
