//! Changes and what the trials decided, in words, for terminal and page alike.

use super::outcome::{Control, Trial};
use crate::code::Code;
use crate::number::{count, number};
use crate::spec::Value;
use crate::trace::Real;

/// `model = "residual", depth = 48`.
pub fn pairs(edits: &[(String, Value)]) -> String {
    let pairs = edits.iter();
    let pairs = pairs.map(|(key, value)| format!("{key} = {}", value.toml()));
    pairs.collect::<Vec<_>>().join(", ")
}

/// What kind of change it is: a remedy, or one at random.
pub fn kind(trial: &Trial) -> &str {
    trial.remedy.as_deref().unwrap_or("at random")
}

/// A skill that may not be known.
pub fn skill(skill: Option<Real>) -> String {
    skill.map_or_else(|| "–".to_owned(), |skill| number(skill.0))
}

/// `prescriptions cure 5 of 6 cells, as many random changes of the same size 1`.
pub fn compared(control: &Control) -> String {
    format!(
        "prescriptions cure {} of {}, as many random changes of the same size {}",
        control.prescriptions,
        count(control.of, "cell"),
        control.random
    )
}

/// Which of two causes the trials speak for: the one whose own remedies bring the skill back, where those
/// of the other don't.
pub(super) fn decided(code: Code, second: Code, trials: &[Trial]) -> String {
    let works = |causes: &[Code]| {
        let names: Vec<&str> = causes.iter().map(|code| code.name()).collect();
        let mut verified = trials.iter().filter(|trial| trial.verified);
        verified.any(|trial| trial.causes == names)
    };
    match (works(&[code]), works(&[second]), works(&[code, second])) {
        (true, false, _) => {
            format!("it was {code}: what cures it works, what cures {second} alone does not")
        }
        (false, true, _) => format!(
            "it was {second}, which came second by the evidence: what cures it works, what cures \
             {code} alone does not"
        ),
        (true, true, _) => {
            format!("what cures {code} works and what cures {second} too: either may be the cause")
        }
        (false, false, true) => {
            format!("only what cures both {code} and {second} works: either may be the cause")
        }
        (false, false, false) => {
            format!("neither what cures {code} nor what cures {second} works")
        }
    }
}
