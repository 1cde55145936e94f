//! GitHub annotations of a sweep file: one line on stdout per failed or inconclusive expectation.

use super::Suite;
use crate::diagnose::expectations::{Status, Verdict};
use crate::escape;

/// Returns the annotations of one sweep, one line each.
pub fn annotations(suite: &Suite) -> impl Iterator<Item = String> {
    let verdicts = suite.verdicts.iter();
    let verdicts = verdicts.filter_map(|verdict| annotation(&suite.file, verdict));
    let open = suite.incomplete.as_deref().map(|why| {
        let (file, why) = (property(&suite.file), message(why));
        format!("::warning file={file}::incomplete: {why}")
    });
    let changed = suite.compared.as_ref().and_then(|compared| {
        let (file, name) = (property(&suite.file), message(&compared.name));
        let sentence = compared.sentence()?;
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

/// Escapes the text after the colons, where a line break ends the command. Characters without a GitHub escape are
/// escaped as on a terminal.
fn message(text: &str) -> String {
    let safe = |part: &str| escape::line(part).replace('%', "%25");
    let parts = text.split_inclusive(['\r', '\n']);
    let text: String = parts
        .map(|part| {
            let bare = part.trim_end_matches(['\r', '\n']);
            safe(bare) + &part[bare.len()..]
        })
        .collect();
    text.replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the value of a property, which colons and commas end, too.
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}
