use serde_json::{Value, json};

use super::{Answer, Place, answer};

/// Rules of their own, so that these tests do not depend on the built-in ones.
const RULE: &str = r#"
schema = 1
id = "test.customer"
title = { en = "Customer number", de = "Kundennummer" }
gdpr = ["Art. 4(1)"]
severity = "medium"

[[find]]
regex = '''(?-u:\b)KD-[0-9]{6}(?-u:\b)'''
confidence = "high"
"#;

fn detect(place: &Place, options: &[&str], input: impl Into<Vec<u8>>) -> Answer {
    place.write("patterns/test/customer.toml", RULE);
    let mut command = place.sparsam();
    command.args(["detect", "--patterns", "patterns"]).args(options).write_stdin(input);
    answer(&mut command)
}

fn lines(answer: &Answer) -> Vec<Value> {
    answer.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn every_line_gets_its_answer_in_order() {
    let input = concat!(
        r#"{"id":"a","text":"nichts"}"#,
        "\n",
        r#"{"id":7,"text":"Müller, KD-123456","before":["Ihre Nummer? KD-000000"],"more":true}"#,
        "\n",
        r#"{"text":""}"#,
    );
    let answer = detect(&Place::new(), &[], input);
    assert_eq!((answer.code, answer.err.as_str()), (0, ""));
    let lines = lines(&answer);
    assert_eq!(lines[0], json!({"id": "a", "spans": []}));
    assert_eq!(lines[1]["id"], 7);
    let spans = lines[1]["spans"].as_array().unwrap();
    assert_eq!(spans.len(), 1, "the message before is context only");
    assert_eq!((&spans[0]["start"], &spans[0]["end"]), (&json!(9), &json!(18)), "ü has two bytes");
    assert_eq!(spans[0]["rule"], "test.customer");
    assert!(spans[0]["score"].as_f64().is_some_and(|score| score > 0.0 && score <= 1.0));
    assert!(spans[0].get("reasons").is_none());
    assert_eq!(lines[2], json!({"id": null, "spans": []}));
}

#[test]
fn explain_says_how_sure_and_why() {
    let answer = detect(&Place::new(), &["--explain"], r#"{"id":1,"text":"KD-123456"}"#);
    let span = &lines(&answer)[0]["spans"][0];
    assert_eq!(span["confidence"], "high");
    assert!(span["reasons"].as_array().is_some_and(|reasons| !reasons.is_empty()), "{span}");
}

#[test]
fn the_policy_decides() {
    let place = Place::new();
    place.write("off.toml", "schema = 1\n[rules]\noff = [\"test.customer\"]\n");
    let answer = detect(&place, &["--policy", "off.toml"], r#"{"id":1,"text":"KD-123456"}"#);
    assert_eq!(lines(&answer), [json!({"id": 1, "spans": []})]);
}

#[test]
fn a_bad_line_is_named_and_the_others_go_on() {
    let input =
        b"{\"id\":1,\"text\":\"a\"}\n\nGeheim: 4711\n{\"id\":2}\n\xff\n{\"id\":3,\"text\":\"b\"}\n";
    let answer = detect(&Place::new(), &[], input);
    assert_eq!(answer.code, 3);
    let ids: Vec<Value> = lines(&answer).iter().map(|line| line["id"].clone()).collect();
    assert_eq!(ids, [1, 3]);
    for line in ["line 3:", "line 4:", "line 5:"] {
        assert!(answer.err.contains(line), "{}", answer.err);
    }
    assert!(!answer.err.contains("line 2:"), "an empty line is no mistake: {}", answer.err);
    assert!(!answer.err.contains("4711"), "text must not reach stderr: {}", answer.err);
}
