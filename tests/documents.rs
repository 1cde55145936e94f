//! What other programs read: the document of `--json`, and the event log of `--events`. Both agree with their published
//! schemas.
#![allow(clippy::unwrap_used)]

mod support;

use jsonschema::Validator;
use serde_json::Value;
use std::collections::BTreeSet;
use support::{Place, Ran};
use sweep::codes::OutcomeName;
use sweep::study::Purpose;
use sweep::trace::{COLUMNS, Trace, VERSION};

/// Cells of every kind: healthy, diverged, and one whose fix is tested.
const NETS: &str = r#"
seeds = 3
[data]
source = "moons"
rows = 64
[base]
epochs = 30
[grid]
lr = [1e-6, 0.3, 1e30]
[[expect]]
name = "learns"
where = { lr = 0.3 }
skill = { above = 0.1 }
"#;

fn schema(name: &str) -> (Value, Validator) {
    let path = format!("{}/docs/{name}.schema.json", env!("CARGO_MANIFEST_DIR"));
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    (schema, validator)
}

/// Asserts that a text is one document of the result schema, and returns it.
fn document(ran: &Ran) -> Value {
    let document: Value = serde_json::from_str(&ran.out).unwrap_or_else(|error| {
        panic!("{error}: {}{}", ran.out, ran.err);
    });
    let (_, validator) = schema("result");
    let errors: Vec<String> = validator
        .iter_errors(&document)
        .map(|e| e.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:#?} in {document:#}");
    assert_eq!(document["exit_code"].as_i64(), ran.code.map(i64::from));
    document
}

#[test]
fn every_command_prints_one_document_that_agrees_with_the_schema() {
    let place = Place::with("nets.toml", NETS);
    let json = |args: &[&str]| document(&place.sweep(&[args, &["--json"]].concat()));
    assert_eq!(json(&["plan", "nets.toml"])["sweeps"][0]["missing"], 9);
    let ran = json(&["nets.toml"]);
    let runs = |document: &Value, cell: usize| document["sweeps"][0]["cells"][cell]["runs"].clone();
    let diverged = &runs(&ran, 2)[0];
    assert_eq!(diverged["outcome"], "diverged");
    assert!(
        diverged["quantities"]["train_loss"].is_string(),
        "{diverged}"
    );
    let evidence = &runs(&ran, 0)[0]["diagnosis"];
    assert!(!evidence["evidence"].as_array().unwrap().is_empty());
    assert!(!evidence["ruled_out"].as_array().unwrap().is_empty());
    let checked = json(&["check", "nets.toml"]);
    assert_eq!(
        (&checked["status"], &checked["exit_code"]),
        (&"pass".into(), &0.into())
    );
    let fixed = json(&["fix", "nets.toml"]);
    assert!(
        !fixed["sweeps"][0]["fixes"]["failures"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    // Equal results give equal bytes.
    let again = ["report", "nets.toml", "--json"];
    assert_eq!(place.sweep(&again).out, place.sweep(&again).out);
    json(&["report", "nets.toml"]);
    assert_eq!(json(&["list"])["sweeps"][0]["runs"], 9);
    assert_eq!(
        json(&["explain"])["diagnoses"].as_array().unwrap().len(),
        sweep::codes::Code::ALL.len()
    );
    json(&["explain", "overfit"]);
    json(&["export", "nets.toml", "--to", "csv"]);
    let id = runs(&ran, 1)[0]["run"].as_str().unwrap().to_owned();
    assert_eq!(json(&["inspect", &id])["bit_identical"], true);
    json(&["migrate", "nets.toml", "--dry-run"]);
    json(&["init", "new.toml"]);
    let wrong = json(&["nothing.toml"]);
    assert!(wrong["error"].is_string() && wrong["exit_code"] == 2);
}

#[test]
fn a_document_in_a_file_leaves_the_text_on_stdout() {
    let place = Place::with("nets.toml", NETS);
    let ran = place.sweep(&["nets.toml", "--json=out/result.json"]);
    assert!(ran.out.contains("report: "), "{}", ran.out);
    let text = std::fs::read_to_string(place.path("out/result.json")).unwrap();
    document(&Ran { out: text, ..ran });
    let both = place.sweep(&["nets.toml", "--json", "--events", "-"]);
    assert_eq!(both.code, Some(2), "{}", both.err);
}

#[test]
fn every_event_is_a_line_that_agrees_with_the_schema() {
    let place = Place::with("nets.toml", NETS);
    let (_, validator) = schema("events");
    let lines = |text: &str| -> Vec<Value> {
        let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
        lines.collect()
    };
    let ran = place.sweep(&["fix", "nets.toml", "--events", "log/events.jsonl"]);
    let text = std::fs::read_to_string(place.path("log/events.jsonl")).unwrap();
    let events = lines(&text);
    for event in &events {
        let errors: Vec<String> = validator
            .iter_errors(event)
            .map(|e| e.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:#?} in {event:#}");
    }
    let of = |kind: &str| events.iter().filter(|event| event["event"] == kind).count();
    let ended = place.rows().len();
    assert_eq!(
        (of("run-started"), of("run-ended")),
        (ended, ended),
        "{}",
        ran.err
    );
    assert_eq!(
        (of("round-started"), of("cells-ended")),
        (of("round-ended"), 1)
    );
    assert!(of("round-started") >= 2);
    let lost = events
        .iter()
        .find(|event| event["outcome"] == "diverged")
        .unwrap();
    assert!(lost["train_loss"].is_string(), "{lost}");

    // On stdout, events are all there is.
    let ran = place.sweep(&["nets.toml", "--events", "-"]);
    let kinds: Vec<Value> = lines(&ran.out)
        .iter()
        .map(|event| event["event"].clone())
        .collect();
    let round = ["round-started", "round-ended"];
    assert_eq!(kinds, [&round[..], &["cells-ended"], &round].concat());
}

#[test]
fn an_event_log_that_cannot_be_written_is_an_error() {
    let place = Place::with("nets.toml", NETS);
    let folder = place.sweep(&["nets.toml", "--events", "."]);
    assert_eq!(folder.code, Some(2), "{}", folder.err);
    assert!(place.rows().is_empty());
    if cfg!(target_os = "linux") {
        let full = place.sweep(&["nets.toml", "--events", "/dev/full"]);
        assert_eq!(full.code, Some(3), "{}", full.err);
        assert_eq!(
            full.err.matches("failed to write /dev/full").count(),
            1,
            "{}",
            full.err
        );
        assert!(place.rows().len() >= 9);
    }
}

#[test]
fn exported_traces_agree_with_the_schema_and_say_everything_again() {
    let place = Place::with("nets.toml", NETS);
    assert!(place.sweep(&["nets.toml"]).code.is_some());
    let exported = place.sweep(&["export", "nets.toml", "--to", "trace"]);
    assert_eq!(exported.code, Some(0), "{}", exported.err);
    let lines = std::fs::read_to_string(place.path("reports/export/trace/nets.jsonl")).unwrap();
    assert_eq!(lines.lines().count(), 9);
    let (schema, validator) = schema("trace");
    for line in lines.lines() {
        let mut json: Value = serde_json::from_str(line).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&json)
            .map(|e| e.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:#?} in {line}");
        assert_eq!(
            json.as_object_mut()
                .unwrap()
                .remove("id")
                .unwrap()
                .as_str()
                .unwrap()
                .len(),
            32
        );
        let trace: Trace = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(serde_json::to_value(&trace).unwrap(), json);
    }
    let layer = schema["properties"]["layers"]["items"]["properties"]
        .as_object()
        .unwrap();
    let columns: Vec<&String> = layer.keys().skip_while(|key| *key != COLUMNS[0]).collect();
    assert_eq!(columns, COLUMNS);
    assert_eq!(schema["properties"]["version"]["const"], VERSION);
}

#[test]
fn the_schemas_list_every_outcome_and_purpose() {
    let words = |value: &Value| -> BTreeSet<String> {
        let words = value.as_array().unwrap().iter();
        words
            .map(|word| word.as_str().unwrap().to_owned())
            .collect()
    };
    let outcomes: BTreeSet<String> = OutcomeName::ALL.map(|name| name.name().to_owned()).into();
    let (result, _) = schema("result");
    assert_eq!(words(&result["$defs"]["outcome"]["enum"]), outcomes);
    let (events, _) = schema("events");
    let of = |kind: &str, property: &str| {
        let kinds = events["oneOf"].as_array().unwrap();
        let is = |of: &&Value| of["properties"]["event"]["const"] == kind;
        kinds.iter().find(is).unwrap()["properties"][property]["enum"].clone()
    };
    assert_eq!(words(&of("run-ended", "outcome")), outcomes);
    let purposes: BTreeSet<String> = Purpose::ALL.map(|purpose| purpose.name().to_owned()).into();
    assert_eq!(words(&of("round-started", "purpose")), purposes);
}
