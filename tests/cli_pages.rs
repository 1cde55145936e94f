//! Options of the report: standalone files and custom templates.
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use support::{Place, ROLL};

#[test]
fn a_standalone_report_is_announced_with_its_size_and_stays_up_to_date() {
    let place = Place::with("roll.toml", ROLL);
    let ran = place.sweep(&["roll.toml", "--standalone"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let path = "reports/roll/standalone.html, ";
    assert!(ran.err.contains(path), "{}", ran.err);
    let file = place.path("reports/roll/standalone.html");
    let first = fs::read_to_string(&file).unwrap();
    place.sweep(&["roll.toml", "--seeds", "1"]);
    let second = fs::read_to_string(&file).unwrap();
    let runs = |text: &str| text.matches("text/plain\" data-packed=").count();
    assert_eq!((runs(&first), runs(&second)), (6, 3));
}

#[test]
fn init_writes_templates_once_and_custom_ones_replace_them() {
    let place = Place::with("roll.toml", ROLL);
    let wrote = place.sweep(&["init", "--templates", "mine"]);
    assert_eq!(wrote.code, Some(0), "{}", wrote.err);
    assert!(wrote.err.contains("sweep --templates mine FILE"));
    assert!(!place.path("sweep.toml").exists());
    let again = place.sweep(&["init", "--templates", "mine"]);
    assert_eq!(again.code, Some(2), "{}", again.err);

    let base = fs::read_to_string(place.path("mine/base.html")).unwrap();
    place.write(
        "mine/base.html",
        &base.replace("<main", "<p>Custom</p><main"),
    );
    place.write("mine/script/own.js", "");
    let wrong = place.sweep(&["roll.toml", "--templates", "mine"]);
    assert_eq!(wrong.code, Some(2), "{}", wrong.err);
    assert!(wrong.err.contains("mine/script/own.js: "), "{}", wrong.err);
    fs::remove_file(place.path("mine/script/own.js")).unwrap();

    let ran = place.sweep(&["roll.toml", "--templates", "mine"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    for page in ["index.html", "roll/index.html", "roll/run.html"] {
        let text = fs::read_to_string(place.path("reports").join(page)).unwrap();
        assert!(text.contains("<p>Custom</p>"), "{page}");
    }
}

#[test]
fn an_error_in_a_template_is_reported_with_its_line_before_training() {
    let place = Place::with("roll.toml", ROLL);
    let error = |name: &str, text: &str| {
        place.write(&format!("mine/{name}"), text);
        let ran = place.sweep(&["roll.toml", "--templates", "mine"]);
        assert_eq!(ran.code, Some(2), "{}", ran.err);
        assert!(place.timings().is_empty());
        ran.err
    };
    for body in ["body.html", "replay.html"] {
        let unknown = error(body, "one\n{{ page.view.color.of }}");
        assert!(unknown.contains(&format!("mine/{body}:2: ")), "{unknown}");
        fs::remove_file(place.path("mine").join(body)).unwrap();
    }
    let syntax = error("sweep.html", "one\n{% if %}");
    assert!(syntax.contains("mine/sweep.html:2: "), "{syntax}");
    let unknown = error("sweep.html", "one\n\n{{ page.view.color.of }}");
    assert!(unknown.contains("mine/sweep.html:3: "), "{unknown}");
    let missing = place.sweep(&["report", "roll.toml", "--templates", "not/there"]);
    assert_eq!(missing.code, Some(2), "{}", missing.err);
    assert!(
        missing.err.contains("failed to read not/there"),
        "{}",
        missing.err
    );
}
