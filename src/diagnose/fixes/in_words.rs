//! Fixes and their results as text, for terminal and page.

use super::fix_json::{Control, RejectedFix, TrainedFix};
use super::propose::pairs;
use crate::codes::Code;
use crate::fix_kind::FixKind;
use crate::format::{count, number};
use crate::trace::Real;

/// Returns the kind of change: the title of the fix, or `random change` for a control.
pub fn kind(fix: &TrainedFix) -> &str {
    fix.remedy.as_deref().map_or("random change", title)
}

/// Returns the title of a fix for its word in `fix.json`; an unknown word stays as it is.
pub fn title(word: &str) -> &str {
    match FixKind::of(word) {
        Some(kind) => kind.name(),
        None => word,
    }
}

/// Returns a skill as text, `–` if it is not known.
pub fn skill(skill: Option<Real>) -> String {
    skill.map_or_else(|| "–".to_owned(), |skill| number(skill.0))
}

/// Returns text such as `5 of 6 failing cells by suggested fixes, 1 of 6 by random changes (control)`.
pub fn compared(control: &Control) -> String {
    let Control {
        prescriptions,
        random,
        of,
    } = control;
    let cells = count(*of, "failing cell");
    format!(
        "{prescriptions} of {cells} by suggested fixes, {random} of {of} by random changes (control)"
    )
}

/// Returns the keys with their new values of a change that is not legal; empty if the message has them.
pub fn rejected_pairs(fix: &RejectedFix) -> String {
    let edits = pairs(&fix.edits);
    match fix.message.contains(&edits) {
        true => String::new(),
        false => edits,
    }
}

/// Returns the sections that a fix sets, such as `[base]`, and its lines: without the header if it is one section,
/// because the sweep file has this section already.
pub fn to_set(toml: &str) -> (String, String) {
    let is_header = |line: &&str| line.starts_with('[') && line.ends_with(']');
    let headers: Vec<&str> = toml.lines().filter(is_header).collect();
    let lines = match headers.len() {
        1 => {
            let lines = toml.lines().filter(|line| !is_header(line));
            lines.map(|line| format!("{line}\n")).collect()
        }
        _ => toml.to_owned(),
    };
    (headers.join(" and "), lines)
}

/// Returns which of two causes the results support: the one with verified fixes of its own, if the other
/// has none.
pub(super) fn decided(code: Code, second: Code, trained: &[TrainedFix]) -> String {
    let works = |causes: &[Code]| {
        let names: Vec<&str> = causes.iter().map(|code| code.name()).collect();
        let mut verified = trained.iter().filter(|fix| fix.verified);
        verified.any(|fix| fix.causes == names)
    };
    match (works(&[code]), works(&[second]), works(&[code, second])) {
        (true, false, _) => {
            format!(
                "the cause is {code}: its fixes work, and fixes suggested only for {second} do not"
            )
        }
        (false, true, _) => {
            format!(
                "the cause is {second}, not {code}: its fixes work, and fixes suggested only for {code} do not"
            )
        }
        (true, true, _) => {
            format!("fixes of {code} work, and so do fixes of {second}: either can be the cause")
        }
        (false, false, true) => {
            format!(
                "the fixes that work are suggested for both {code} and {second}: either can be the cause"
            )
        }
        (false, false, false) => {
            format!("neither the fixes of {code} nor those of {second} work")
        }
    }
}
