//! What GitHub shows beside the lines of a sweep file, when the check runs there: one line on stdout per
//! expectation that does not hold or can't be decided.

use super::verdict_files::Suite;
use crate::expect::{Status, Verdict};

/// Whether this is a job of GitHub's.
pub fn are_wanted() -> bool {
    std::env::var("GITHUB_ACTIONS").is_ok_and(|value| value == "true")
}

/// The annotations of one sweep, a line each.
pub fn of(suite: &Suite) -> impl Iterator<Item = String> {
    let verdicts = suite.verdicts.iter();
    let verdicts = verdicts.filter_map(|verdict| annotation(&suite.file, verdict));
    let open = suite.left_open.as_deref().map(|why| {
        let (file, why) = (property(&suite.file), message(why));
        format!("::warning file={file}::not whole: {why}")
    });
    let changed = suite.compared.as_ref().and_then(|compared| {
        let (file, name, sentence) = (property(&suite.file), &compared.name, compared.sentence()?);
        let sentence = message(&sentence);
        Some(format!("::error file={file}::baseline {name}: {sentence}"))
    });
    verdicts.chain(changed).chain(open)
}

fn annotation(file: &str, verdict: &Verdict) -> Option<String> {
    let level = match verdict.status {
        Status::Pass => return None,
        Status::Fail => "error",
        Status::Inconclusive => "warning",
    };
    let (file, name) = (property(file), property(&verdict.name));
    let (line, sentence) = (verdict.line, message(&verdict.sentence));
    Some(format!(
        "::{level} file={file},line={line},title={name}::{sentence}"
    ))
}

/// Text behind the colons, where a line ends the command.
fn message(text: &str) -> String {
    let text = text.replace('%', "%25");
    text.replace('\r', "%0D").replace('\n', "%0A")
}

/// Text of a property, which colons and commas end as well.
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}
