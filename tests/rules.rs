//! The tracked page of all rules: fresh.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use sweep::diagnose::rules_page;

/// `UPDATE=1 cargo test --test rules` writes it anew.
#[test]
fn the_tracked_page_of_the_rules_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md");
    let fresh = rules_page();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &fresh).unwrap();
    }
    let tracked = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        tracked == fresh,
        "docs/rules.md is stale: UPDATE=1 cargo test --test rules"
    );
}
