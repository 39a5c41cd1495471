use std::fs;

use super::{answer, call, repository, sparsam};

const COMMANDS: &[&[&str]] = &[
    &[],
    &["scan"],
    &["redact"],
    &["verify"],
    &["detect"],
    &["rules"],
    &["rules", "list"],
    &["rules", "show"],
    &["rules", "check"],
    &["history"],
    &["history", "export"],
    &["history", "import"],
    &["diff"],
    &["suppress"],
    &["own"],
    &["own", "learn"],
    &["show"],
    &["log"],
    &["log", "verify"],
    &["secret"],
    &["secret", "backup"],
    &["secret", "rotate"],
    &["purge"],
    &["schedule"],
    &["schedule", "systemd"],
    &["schedule", "cron"],
    &["completions"],
    &["man"],
];

/// Golden files of every `--help`; `SPARSAM_BLESS=1` writes them.
#[test]
fn help_is_as_agreed_in_both_languages() {
    let folder = repository().join("tests/cli/help");
    for path in COMMANDS {
        for lang in ["en", "de"] {
            let mut arguments = path.to_vec();
            arguments.extend(["--help", "--lang", lang]);
            let help = call(&arguments);
            assert_eq!((help.code, help.err.as_str()), (0, ""), "{arguments:?}");
            let name = [&["sparsam"], *path].concat().join("-");
            let golden = folder.join(format!("{name}.{lang}.txt"));
            if std::env::var_os("SPARSAM_BLESS").is_some() {
                fs::write(&golden, &help.out).unwrap();
            }
            let agreed = fs::read_to_string(&golden).unwrap_or_default();
            assert_eq!(
                help.out,
                agreed,
                "{}: SPARSAM_BLESS=1 accepts a wanted change",
                golden.display()
            );
        }
    }
}

/// Environment, arguments, whether help is German, why.
type Spoken<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str], bool, &'a str);

#[test]
fn the_language_is_that_of_the_option_else_of_the_system() {
    let cases: [Spoken<'_>; 6] = [
        (&[], &["--help"], false, "no locale"),
        (&[("LANG", "de_DE.UTF-8")], &["--help"], true, "German system"),
        (&[("LANG", "de_AT.UTF-8"), ("LC_ALL", "en_GB.UTF-8")], &["--help"], false, "LC_ALL wins"),
        (&[("LANG", "de_DE.UTF-8")], &["--help", "--lang=en"], false, "the option wins"),
        (&[], &["--lang", "de", "scan", "--help"], true, "before the command"),
        (&[], &["scan", "--lang", "de", "-h"], true, "after the command"),
    ];
    for (environment, arguments, german, why) in cases {
        let help = answer(sparsam().envs(environment.iter().copied()).args(arguments));
        assert_eq!(help.out.contains("Aufruf:"), german, "{why}:\n{}", help.out);
        assert_eq!(help.out.contains("Usage:"), !german, "{why}");
    }
}

#[test]
fn completions_and_man_pages_are_made() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = call(&["completions", shell]);
        assert_eq!(script.code, 0, "{shell}");
        assert!(script.out.contains("redact") && script.out.contains("fail-on"), "{shell}");
    }
    let page = call(&["man"]);
    assert!(page.out.contains(".TH sparsam 1") && page.out.contains("Exit codes"), "{}", page.out);
    let page = call(&["man", "redact", "--lang", "de"]);
    assert!(
        page.out.contains(".TH sparsam-redact 1") && page.out.contains("geschwärzt"),
        "{}",
        page.out
    );
    assert_eq!(call(&["man", "nothing"]).code, 2);
}
