//! Fixes and their results as text, for terminal and page.

use super::outcome::{Control, Trial};
use crate::code::Code;
use crate::number::{count, number};
use crate::remedy::Remedy;
use crate::spec::Value;
use crate::trace::Real;

/// Returns text such as `model = "residual", depth = 48`.
pub fn pairs(edits: &[(String, Value)]) -> String {
    let pairs = edits.iter();
    let pairs = pairs.map(|(key, value)| format!("{key} = {}", value.toml()));
    pairs.collect::<Vec<_>>().join(", ")
}

/// Returns the kind of change: the title of the fix, or `random change` for a control.
pub fn kind(trial: &Trial) -> &str {
    trial.remedy.as_deref().map_or("random change", title)
}

/// Returns the title of a fix for its word in `fix.json`; an unknown word stays as it is.
pub fn title(word: &str) -> &str {
    match Remedy::of(word) {
        Some(remedy) => remedy.name(),
        None => word,
    }
}

/// Returns a skill as text, `–` if it is not known.
pub fn skill(skill: Option<Real>) -> String {
    skill.map_or_else(|| "–".to_owned(), |skill| number(skill.0))
}

/// Returns text such as `fixes work for 5 of 6 failing cells; random changes of as many keys work for 1`.
pub fn compared(control: &Control) -> String {
    format!(
        "fixes work for {} of {}; random changes of as many keys work for {}",
        control.prescriptions,
        count(control.of, "failing cell"),
        control.random
    )
}

/// Returns which of two causes the results support: the one with verified fixes of its own, if the other
/// has none.
pub(super) fn decided(code: Code, second: Code, trials: &[Trial]) -> String {
    let works = |causes: &[Code]| {
        let names: Vec<&str> = causes.iter().map(|code| code.name()).collect();
        let mut verified = trials.iter().filter(|trial| trial.verified);
        verified.any(|trial| trial.causes == names)
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
