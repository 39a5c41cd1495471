//! `verify`: prints the certificates of copies.

use std::fmt::Write as _;

use sparsam::engine::{self, Certificate, Options};
use sparsam::report::{Lang, phrase};

use super::args::VerifyArgs;
use super::process::Signals;
use super::progress::Bar;
use super::setup::{self, Rules};
use super::{Exit, output};

pub(super) fn verify(args: &VerifyArgs, lang: Lang) -> anyhow::Result<Exit> {
    let signals = Signals::watch();
    let rules = Rules::load(&args.read.rules)?;
    let detector = rules.detector(args.read.sensitive)?;
    let inputs = [args.original.clone(), args.copy.clone()];
    setup::keep_apart(&inputs, &[args.read.temp.as_deref()])?;
    let secret = setup::secret(&args.read, None)?;
    let temp = setup::temp(&args.read, &[])?;
    let keys = setup::keys(&args.read.key)?;
    let sandbox = setup::shut_in(&inputs, &[Some(&temp)])?;
    let bar = Bar::new(args.read.quiet);
    let options = Options {
        paths: Vec::new(),
        include: Vec::new(),
        exclude: Vec::new(),
        detector: &detector,
        policy: &rules.policy,
        keys,
        secret: &secret,
        confidence: setup::confidence(args.read.sensitive),
        limits: setup::limits(&args.read.limits),
        temp,
        threads: sandbox.threads(&args.read),
        device_tag: None,
        sandbox: sandbox.state,
        stop: signals.stop(),
        progress: &bar,
        copies: None,
        memory: engine::Memory::default(),
    };
    let result = engine::verify(&options, &args.original, &args.copy);
    bar.clear();
    let certificates = result?;
    if signals.came() {
        return Ok(signals.exit());
    }
    if args.json {
        output::print(&(serde_json::to_string_pretty(&certificates)? + "\n"))?;
    } else if !args.read.quiet {
        for certificate in &certificates {
            output::print(&text(certificate, lang))?;
        }
    }
    Ok(exit(&certificates))
}

/// The worst verdict decides; no certificate at all proves nothing.
fn exit(certificates: &[Certificate]) -> Exit {
    let has = |verdict: &str| certificates.iter().any(|one| one.verdict == verdict);
    if !has("proven") && !has("mismatch") || has("unreadable") || has("missing") {
        Exit::Incident
    } else if !has("mismatch") {
        Exit::Good
    } else {
        Exit::Findings
    }
}

/// Labels of a certificate, in the order of [`text`].
const LABELS_EN: [&str; 10] = [
    "Verdict",
    "Original",
    "Copy",
    "Messages",
    "Redacted",
    "Left over",
    "Withheld",
    "Failed",
    "Checked by",
    "Not inspected",
];
const LABELS_DE: [&str; 10] = [
    "Urteil",
    "Original",
    "Kopie",
    "Nachrichten",
    "Geschwärzt",
    "Übrig",
    "Zurückgehalten",
    "Gescheitert",
    "Geprüft mit",
    "Nicht geprüft",
];

fn hash(sha256: &Option<String>) -> String {
    sha256.as_ref().map_or_else(|| "-".to_owned(), |hash| format!("sha256 {hash}"))
}

fn text(certificate: &Certificate, lang: Lang) -> String {
    let labels = match lang {
        Lang::En => LABELS_EN,
        Lang::De => LABELS_DE,
    };
    let verdict = match (certificate.verdict.as_str(), lang) {
        ("proven", Lang::De) => "bewiesen",
        ("mismatch", Lang::De) => "nicht bewiesen",
        ("unreadable", Lang::De) => "nicht lesbar",
        ("no-copy", Lang::En) => "no copy",
        ("no-copy", Lang::De) => "keine Kopie",
        ("skipped", Lang::De) => "übersprungen",
        ("missing", Lang::En) => "copy missing",
        ("missing", Lang::De) => "Kopie fehlt",
        (verdict, _) => verdict,
    };
    let redacted: u64 = certificate.redacted.values().sum();
    let mut lines = vec![
        (labels[0], verdict.to_owned()),
        (labels[1], hash(&certificate.original_sha256)),
        (labels[2], format!("{}  {}", hash(&certificate.copy_sha256), certificate.copy)),
        (labels[3], format!("{} = {}", certificate.original_messages, certificate.copy_messages)),
        (labels[4], redacted.to_string()),
    ];
    if certificate.original_messages != certificate.copy_messages {
        lines[3].1 = lines[3].1.replace('=', "≠");
    }
    lines.extend(
        certificate.redacted.iter().map(|(rule, count)| ("", format!("{count:>6} {rule}"))),
    );
    lines.push((labels[5], certificate.residual.to_string()));
    lines.extend(certificate.withheld.iter().map(|name| (labels[6], name.clone())));
    lines.extend(certificate.kept.iter().map(|name| (labels[9], name.clone())));
    lines.extend(
        certificate.failures.iter().map(|failure| (labels[7], phrase(failure, lang).into_owned())),
    );
    let versions = format!(
        "{} {}, {} {}",
        certificate.tool,
        certificate.version,
        if lang == Lang::De { "Regeln" } else { "rules" },
        certificate.rules_version
    );
    lines.push((labels[8], versions));
    let mut text = String::new();
    for (label, value) in lines {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{label:<14}  {}", output::plain(&value).replace('\n', " "));
    }
    text.push('\n');
    text
}
