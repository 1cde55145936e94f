//! What went wrong with a run: its root cause with the evidence, and what it is not.
//!
//! Detectors that look at one quantity and one threshold cry wolf, because healthy networks have
//! dead neurons, small gradients and falling curves too. Three things keep these rules from it:
//!
//! - **A gate.** A cause is named only for a run that failed: whose skill is below 0.85 of the best
//!   that is known for its data ([`Gate`]). What the rules see in a run that learned are notes.
//! - **Quantities without a unit**, held against what they would be in a sound network: weights
//!   against √(gain/n_in), losses against the best constant's, gradients against each other.
//! - **An order**, from cause to consequence ([`Rule`]): too large a rate kills neurons, and a dead
//!   layer's gradients vanish, but nothing that happens in training makes the features of a table
//!   differ in scale.
//!
//! What no rule sees is `unclear`. Several causes may fit one run: those after the first are its notes,
//! and what was looked for in vain is told with what was seen instead.

mod best;
mod case;
mod cells;
mod contexts;
mod finding;
mod gate;
mod rules;
mod story;
mod tasks;
#[cfg(test)]
mod tests;
mod yardstick;

pub use crate::code::Code;
pub use cells::{CellDiagnosis, diagnose_all, diagnose_trials, names};
pub use finding::{Evidence, Finding, Rejected, Threshold};
pub use gate::{Gate, LEARNED};
pub(crate) use gate::{held_out_skill, nothing_learned};
pub use rules::{Rule, rule};
pub use story::{rules_page, story};
pub use tasks::rows;
pub use yardstick::{references, without_yardstick};

use crate::identity;
use crate::number::number;
use crate::trace::{Outcome, Trace};
pub(crate) use case::Case;
use gate::linear_skill;

/// What is wrong with a run, or that nothing is.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnosis {
    /// The root cause.
    pub code: Code,
    /// What it was seen by.
    pub finding: Finding,
    /// What else it could have been, and why it is not that.
    pub rejected: Vec<Rejected>,
    /// Symptoms that are not the root cause.
    pub notes: Vec<Finding>,
}

/// What a rule may know beside the trace.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Context {
    /// The best training skill known for this data: of the best run of the sweep on it.
    pub best_skill: Option<f64>,
    /// That of a reference run on this data, where no cell of the sweep is good.
    pub reference_skill: Option<f64>,
    /// The skill that can be reached, as the file says.
    pub target: Option<f64>,
    /// Skills of the other seeds of the same cell.
    pub other_seeds: Vec<f64>,
    /// The best skill of the same cell with momentum or Adam, where the sweep has such a cell.
    pub with_momentum: Option<f64>,
    /// The best skill to which the same network was trained from the same weights by other settings,
    /// as a share of the best known.
    pub same_start: Option<f64>,
}

/// The root cause of a run that failed to learn, or `healthy`, `overfit` or `unclear`.
pub fn diagnose(trace: &Trace, context: &Context) -> Diagnosis {
    let Some(settings) = identity::settings_of(&trace.settings) else {
        return unclear("its settings can't be read", Vec::new());
    };
    if trace.outcome.is_too_large() {
        return unclear("it did not fit into memory and was not trained", Vec::new());
    }
    if !trace.outcome.is_complete() {
        return unclear(
            "it did not come to an end, so that nothing can be said",
            Vec::new(),
        );
    }
    let case = Case {
        trace,
        settings: &settings,
        context,
        gate: Gate::of(trace, &settings, context),
    };
    let (mut found, rejected) = look(&case);
    if matches!(trace.outcome, Outcome::Stopped { .. }) {
        found.retain(|finding| !OF_THE_END.contains(&finding.code));
    }
    let nothing = nothing_learned(trace);
    let memorized = nothing.is_some() && rules::overfit::look(&case).is_ok();
    match (case.gate.is_passed(), nothing, &trace.outcome) {
        (true, None, _) => learned(&case, found),
        (true, Some(_), _) if memorized => learned(&case, found),
        (_, _, Outcome::Stopped { .. }) => stopped(&case, found, rejected),
        (true, Some(evidence), _) => learned_nothing(&case, found, rejected, evidence),
        (false, _, _) => failed(&case, found, rejected),
    }
}

/// A run that is as good as others of its data, and learned nothing: it has a cause as any run that failed, or
/// nothing is known but that there was nothing to learn.
fn learned_nothing(
    case: &Case,
    found: Vec<Finding>,
    rejected: Vec<Rejected>,
    evidence: Evidence,
) -> Diagnosis {
    let is_clear = !found.is_empty();
    let mut diagnosis = failed(case, found, rejected);
    if !is_clear {
        diagnosis.finding.sentence = format!(
            "{}; it learned nothing: {} is {}",
            standing(case),
            evidence.quantity,
            number(evidence.value)
        );
        diagnosis.finding.evidence = vec![evidence];
    }
    diagnosis
}

/// What is told from where a training comes to, and not of one that was stopped on its way.
const OF_THE_END: [Code; 5] = [
    Code::Undertrained,
    Code::LearningRateTooLow,
    // A rate that is good in the end may shake a loss at first; one that blows it up ends as diverged.
    Code::LearningRateTooHigh,
    Code::TooShallow,
    Code::LocalMinimum,
];

/// A run that was stopped because others did better: of what it would have come to nothing is said.
fn stopped(case: &Case, found: Vec<Finding>, mut rejected: Vec<Rejected>) -> Diagnosis {
    const WHY: &str = "it was stopped on its way, before that could be told";
    rejected.retain(|other| !OF_THE_END.contains(&other.code));
    rejected.extend(OF_THE_END.map(|code| Rejected {
        code,
        why: WHY.to_owned(),
    }));
    match found.is_empty() {
        false => failed(case, found, rejected),
        true => {
            let why = "it was stopped on its way, because other cells did better";
            unclear(&format!("{why}; {}", standing(case)), rejected)
        }
    }
}

/// Every cause that a rule sees, the one that goes before the others first, and why the rest are
/// none. A code that is looked for at several places is found at the first that sees it.
fn look(case: &Case) -> (Vec<Finding>, Vec<Rejected>) {
    let (mut found, mut rejected): (Vec<Finding>, Vec<Rejected>) = (Vec::new(), Vec::new());
    for (code, look) in rules::CAUSES {
        if found.iter().any(|finding| finding.code == *code) {
            continue;
        }
        match look(case) {
            Ok(finding) => {
                rejected.retain(|other| other.code != *code);
                found.push(finding);
            }
            Err(why) => match rejected.iter_mut().find(|other| other.code == *code) {
                Some(other) => other.why = format!("{}; {why}", other.why),
                None => rejected.push(Rejected { code: *code, why }),
            },
        }
    }
    (found, rejected)
}

/// A run that failed: the first cause that was found, the others behind it.
fn failed(case: &Case, found: Vec<Finding>, mut rejected: Vec<Rejected>) -> Diagnosis {
    let mut found = found.into_iter();
    let Some(finding) = found.next() else {
        let sentence = format!("{}, and no rule says why", standing(case));
        return unclear(&sentence, rejected);
    };
    let notes: Vec<Finding> = found.collect();
    let behind = notes.iter().map(|note| Rejected {
        code: note.code,
        why: format!(
            "{}, but that may follow from {}",
            note.sentence, finding.code
        ),
    });
    rejected.splice(0..0, behind);
    Diagnosis {
        code: finding.code,
        finding,
        rejected,
        notes,
    }
}

/// A run that learned its training rows: it is healthy, or has learned them by heart. What the rules
/// saw are symptoms that did no harm.
fn learned(case: &Case, notes: Vec<Finding>) -> Diagnosis {
    let evidence = LEARNED.against(case.gate.skill / case.gate.best);
    let (finding, rejected) = match rules::overfit::look(case) {
        Ok(finding) => (finding, Vec::new()),
        Err(why) => {
            let finding = Finding {
                code: Code::Healthy,
                evidence: vec![evidence],
                sentence: standing(case),
            };
            let overfit = Rejected {
                code: Code::Overfit,
                why,
            };
            (finding, vec![overfit])
        }
    };
    Diagnosis {
        code: finding.code,
        finding,
        rejected,
        notes,
    }
}

/// `it reached a skill of 0.97, the best known being 0.99 (the best run of this data), and the best
/// linear model's 0.5`.
fn standing(case: &Case) -> String {
    let Gate {
        skill,
        best,
        source,
    } = case.gate;
    let reached = match skill.is_finite() {
        true => format!("it reached a skill of {}", number(skill)),
        false => "its loss was not finite in the end".to_owned(),
    };
    let linear = match linear_skill(case.trace) {
        None => String::new(),
        Some(linear) if skill < linear => {
            format!("; even the best linear model has more: {}", number(linear))
        }
        Some(linear) => format!("; the best linear model has {}", number(linear)),
    };
    format!("{reached}, where {} is {source}{linear}", number(best))
}

/// A run of which nothing can be said.
fn unclear(sentence: &str, rejected: Vec<Rejected>) -> Diagnosis {
    Diagnosis {
        code: Code::Unclear,
        finding: Finding {
            code: Code::Unclear,
            evidence: Vec::new(),
            sentence: sentence.to_owned(),
        },
        rejected,
        notes: Vec::new(),
    }
}
