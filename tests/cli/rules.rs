use super::{Place, answer, call};

const RULE: &str = r#"schema = 1
id = "ours.customer"
title = { en = "Customer number", de = "Kundennummer" }
gdpr = ["Art. 4(1)"]
severity = "medium"
source = ["our own numbering"]

[[find]]
regex = '''(?-u:\b)KD-[0-9]{6}(?-u:\b)'''
confidence = "high"

[[test]]
text = "Meine Nummer ist KD-123456."
finds = ["KD-123456"]

[[test]]
text = "KD-123456, KD-654321"
finds = ["KD-123456", "KD-654321"]

[[test]]
why = "one digit short"
text = "KD-12345"
finds = []

[[test]]
why = "inside a longer word"
text = "AKD-1234567"
finds = []
"#;

#[test]
fn list_says_title_severity_and_state() {
    let place = Place::new();
    place.write("more/ours/customer.toml", RULE);
    place.write(
        "sparsam.toml",
        "schema = 1\n[rules]\noff = [\"ours\"]\n[severity]\nours = \"critical\"\n",
    );
    let mut list = place.sparsam();
    list.args(["rules", "list", "--patterns", "more"]);
    let english = answer(&mut list);
    let line = english.out.lines().find(|line| line.starts_with("ours.customer")).unwrap();
    assert!(line.contains("medium") && line.contains(" on ") && line.ends_with("Customer number"));
    let german = answer(list.args(["--policy", "sparsam.toml", "--lang", "de"]));
    let line = german.out.lines().find(|line| line.starts_with("ours.customer")).unwrap();
    assert!(line.contains("critical") && line.contains(" aus ") && line.ends_with("Kundennummer"));
}

#[test]
fn show_gives_the_rule_as_it_is_written() {
    let place = Place::new();
    place.write("more/ours/customer.toml", RULE);
    let show = |id: &str| answer(place.sparsam().args(["rules", "show", id, "--patterns", "more"]));
    let shown = show("ours.customer");
    assert_eq!(shown.code, 0);
    assert!(shown.out.ends_with(RULE), "{}", shown.out);
    assert!(shown.out.contains("Kundennummer") && shown.out.contains("# our own numbering"));
    let wrong = show("ours.custmer");
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("did you mean ours.customer?"), "{}", wrong.err);
}

#[test]
fn check_says_which_test_of_which_file_fails() {
    let cases = [
        // (rule, code, part of the output, why)
        (RULE.to_owned(), 0, "1 rules checked, 0 mistakes", "good"),
        (
            RULE.replace("finds = [\"KD-123456\"]", "finds = [\"KD-123457\"]"),
            1,
            "ours/customer.toml:12:",
            "wrong value",
        ),
        (RULE.replace("why = \"one digit short\"\n", ""), 1, "a miss needs a why", "no reason"),
        (RULE.replace("severity", "severty"), 1, "ours/customer.toml:5:", "misspelt key"),
        (RULE.replace("[0-9]{6}", "[0-9]{6"), 1, "ours/customer.toml:9:", "no regular expression"),
    ];
    for (rule, code, part, why) in cases {
        let place = Place::new();
        place.write("more/ours/customer.toml", rule);
        for argument in ["more", "more/ours/customer.toml"] {
            let checked = answer(place.sparsam().args(["rules", "check", argument]));
            assert_eq!(checked.code, code, "{why}, {argument}: {}{}", checked.out, checked.err);
            assert!(checked.out.contains(part), "{why}, {argument}: {}", checked.out);
        }
    }
}

#[test]
fn the_built_in_rules_are_good() {
    let checked = call(&["rules", "check"]);
    assert_eq!(checked.code, 0, "{}", checked.out);
}

#[test]
fn a_file_that_is_not_there_is_a_usage_error() {
    let checked = call(&["rules", "check", "nowhere.toml"]);
    assert_eq!(checked.code, 2);
    assert!(checked.err.contains("nowhere.toml"), "{}", checked.err);
}
