//! The generated page of rules is up to date, and an experiment expects every diagnosis.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use sweep::config::{ExpectationCheck, Overrides};
use sweep::diagnose::{Code, rules_page};
use sweep::load::load;

/// `UPDATE=1 cargo test --test rules` updates it.
#[test]
fn the_generated_page_of_rules_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md");
    let fresh = rules_page();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &fresh).unwrap();
    }
    let tracked = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        tracked == fresh,
        "docs/rules.md is out of date: UPDATE=1 cargo test --test rules"
    );
}

/// An expectation that accepts several codes does not count.
#[test]
fn every_code_but_unclear_is_expected_by_an_experiment() {
    let mut expected = BTreeSet::from([Code::Unclear]);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("experiments");
    for entry in walkdir::WalkDir::new(folder) {
        let path = entry.unwrap().into_path();
        if path.extension().is_some_and(|end| end == "toml") {
            let sweep = load(&path, &Overrides::default()).unwrap().sweep;
            let checks = sweep.expectations.iter().flat_map(|expect| &expect.checks);
            expected.extend(checks.filter_map(|check| {
                match check {
                    ExpectationCheck::Diagnosis(codes) => <[Code; 1]>::try_from(codes.as_slice())
                        .ok()
                        .map(|[code]| code),
                    ExpectationCheck::Bound { .. }
                    | ExpectationCheck::Outcome(_)
                    | ExpectationCheck::FixedBy(_)
                    | ExpectationCheck::BetterThan { .. } => None,
                }
            }));
        }
    }
    let missing: Vec<Code> = Code::ALL
        .into_iter()
        .filter(|code| !expected.contains(code))
        .collect();
    assert_eq!(missing, []);
}
