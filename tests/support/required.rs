//! Tools outside Rust that some tests need: skipped with a message where one is missing, unless
//! `SWEEP_REQUIRE` names it; then its absence is a failure.

use std::io::Write;

/// Every tool that a test may ask for.
const TOOLS: [&str; 2] = ["browser", "python"];

/// Says why a test checks nothing.
///
/// # Panics
/// `SWEEP_REQUIRE`, a list of tools with commas between them, has this one, or a word that is none.
pub fn skip(tool: &str, missing: &str) {
    let required = std::env::var("SWEEP_REQUIRE").unwrap_or_default();
    for word in required.split(',').filter(|word| !word.is_empty()) {
        assert!(
            TOOLS.contains(&word),
            "SWEEP_REQUIRE: no test needs `{word}`; tools are {TOOLS:?}"
        );
        assert!(word != tool, "SWEEP_REQUIRE={required}: {missing}");
    }
    // Not by eprintln!, which the harness keeps to itself where a test passes.
    let message = format!("skipped, nothing checked: {missing}\n");
    std::io::stderr().write_all(message.as_bytes()).unwrap();
}
