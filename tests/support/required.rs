//! Tools outside Rust that some tests need. A test without its tool is skipped with a message, or fails if
//! `SWEEP_REQUIRE` names the tool.

use std::io::Write;

/// All optional tools.
const TOOLS: [&str; 2] = ["browser", "python"];

/// Prints why a test checks nothing.
///
/// # Panics
/// `SWEEP_REQUIRE`, a comma-separated list of tools, contains this one, or an unknown tool.
pub fn skip(tool: &str, missing: &str) {
    let required = std::env::var("SWEEP_REQUIRE").unwrap_or_default();
    for word in required.split(',').filter(|word| !word.is_empty()) {
        assert!(
            TOOLS.contains(&word),
            "SWEEP_REQUIRE: no test needs `{word}`; tools are {TOOLS:?}"
        );
        assert!(word != tool, "SWEEP_REQUIRE={required}: {missing}");
    }
    // Not with eprintln!, which the test harness hides if a test passes.
    let message = format!("skipped, nothing checked: {missing}\n");
    std::io::stderr().write_all(message.as_bytes()).unwrap();
}
