//! The diagnosis of a run: its root cause with evidence, and the causes that are ruled out.
//!
//! A detector with one quantity and one threshold gives false alarms, because healthy networks also
//! have dead neurons, small gradients and falling curves. Three things prevent them:
//!
//! - **A gate.** A cause is named only for a run that fails: its skill is below 85% of the reference
//!   skill ([`Gate`]), it learned nothing, or it is `overfit`. Matches in a healthy run are notes.
//! - **Quantities without a unit**, relative to their value in a healthy network: weights relative to
//!   √(gain/n_in), losses to that of the best constant, gradients to each other.
//! - **An order**, from cause to consequence ([`Rule`]). Too high a learning rate makes neurons dead, and the
//!   gradients of a dead layer vanish, but nothing in training changes the scales of the features.
//!
//! A failing run without a match is `unclear`. If several causes match, those after the first are notes.
//! The others are listed as ruled out, with the reason. A run that crashed, timed out or did not fit into
//! memory has no result, and is `unclear`.

pub mod baseline;
mod best;
mod case;
mod cells;
mod contexts;
pub mod expectations;
mod finding;
pub mod fixes;
mod gate;
mod known;
mod needs;
mod reference_skill;
mod rule_text;
mod rules;
mod tasks;
#[cfg(test)]
mod tests;

pub use crate::codes::Code;
pub use cells::{CellDiagnosis, diagnose_all, diagnose_trials, names};
pub use finding::{Evidence, Finding, Rejected, Threshold};
pub use gate::{Gate, LEARNED};
pub(crate) use gate::{held_out_skill, nothing_learned};
pub use needs::Need;
pub use reference_skill::{GOOD, first_networks, references, without_yardstick};
pub use rule_text::{rules_page, story};
pub use rules::{Rule, rule};
pub use tasks::rows;

use crate::format::number;
use crate::trace::{Outcome, Trace};
pub(crate) use case::Case;
use gate::{HELD_OUT, linear_skill};
use needs::{excluded, missing};

/// The diagnosis of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnosis {
    /// The root cause.
    pub code: Code,
    /// The evidence.
    pub finding: Finding,
    /// The causes that are ruled out, with the reason.
    pub rejected: Vec<Rejected>,
    /// Symptoms that are not the root cause.
    pub notes: Vec<Finding>,
}

impl Diagnosis {
    /// Returns whether the run failed, and a check was left out because its trace lacks the evidence.
    pub fn lacks_evidence(&self) -> bool {
        !self.code.has_learned() && self.rejected.iter().any(|other| other.abstains)
    }
}

/// What a rule knows about other runs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Context {
    /// The best training skill of any run of the sweep on these rows, at its best evaluation.
    pub best_skill: Option<f64>,
    /// The skill of a reference run on this data, if no cell of the sweep is good.
    pub reference_skill: Option<f64>,
    /// The reachable skill according to the file.
    pub target: Option<f64>,
    /// Skills of the other seeds of the same cell.
    pub other_seeds: Vec<f64>,
    /// The best skill of the same cell with momentum or Adam, if the sweep has such a cell.
    pub with_momentum: Option<f64>,
    /// The best skill of the same initial network with other settings, as a fraction of the reference
    /// skill.
    pub same_start: Option<f64>,
}

/// Returns the root cause of a failing run, or `healthy` or `unclear`.
pub fn diagnose(trace: &Trace, context: &Context) -> Diagnosis {
    if trace.outcome.is_too_large() {
        return unclear(
            "the run did not fit into memory and was not trained",
            Vec::new(),
        );
    }
    if !trace.outcome.is_complete() {
        return unclear("the run did not finish, so no rule applies", Vec::new());
    }
    let case = Case {
        trace,
        context,
        gate: Gate::of(trace, context),
    };
    let (mut found, rejected) = look(&case);
    if let Some(what) = Gate::unknown(trace) {
        let sentence = format!("not recorded: {what}, so the skill of the run is not known");
        return Diagnosis {
            notes: found,
            ..unclear(&sentence, rejected)
        };
    }
    if matches!(trace.outcome, Outcome::Pruned { .. }) {
        found.retain(|finding| !AT_END.contains(&finding.code));
    }
    if case.has_learned() {
        return learned(&case, found);
    }
    let nothing = nothing_learned(trace).filter(|_| case.gate.is_passed());
    match (nothing, &trace.outcome) {
        (_, Outcome::Pruned { .. }) => pruned(&case, found, rejected),
        (Some(evidence), _) => learned_nothing(&case, found, rejected, evidence),
        (None, _) => not_learned(&case, found, rejected),
    }
}

/// Diagnoses a run that learned nothing, or nothing that holds for the validation rows, although it is as
/// good as others on its data: a cause as for any run that did not learn, or `unclear`.
fn learned_nothing(
    case: &Case,
    found: Vec<Finding>,
    rejected: Vec<Rejected>,
    evidence: Evidence,
) -> Diagnosis {
    let is_clear = !found.is_empty();
    let mut diagnosis = not_learned(case, found, rejected);
    if !is_clear {
        let what = match evidence.quantity == HELD_OUT.quantity {
            true => "nothing that holds for the validation rows",
            false => "nothing",
        };
        diagnosis.finding.sentence = format!(
            "{}; the run learned {what}: its {} is {}",
            standing(case),
            evidence.quantity,
            number(evidence.value)
        );
        diagnosis.finding.evidence = vec![evidence];
    }
    diagnosis
}

/// Causes that show only at the end of training, and not in a pruned run.
const AT_END: [Code; 5] = [
    Code::Undertrained,
    Code::LearningRateTooLow,
    // Under a suitable rate, the loss can oscillate at first. A run that diverges ends as diverged.
    Code::LearningRateTooHigh,
    Code::TooShallow,
    Code::LocalMinimum,
];

/// Diagnoses a pruned run, without the causes that show only at the end.
fn pruned(case: &Case, found: Vec<Finding>, mut rejected: Vec<Rejected>) -> Diagnosis {
    const WHY: &str = "the run was pruned before this could show";
    rejected.retain(|other| !AT_END.contains(&other.code));
    rejected.extend(AT_END.map(|code| Rejected {
        code,
        why: WHY.to_owned(),
        abstains: false,
    }));
    match found.is_empty() {
        false => not_learned(case, found, rejected),
        true => {
            let why = "the run was pruned, because other cells did better";
            unclear(&format!("{why}; {}", standing(case)), rejected)
        }
    }
}

/// Returns every cause that matches, in the order of [`rules::CAUSES`], and the others with the reason.
/// A code that is checked several times is found at its first match.
fn look(case: &Case) -> (Vec<Finding>, Vec<Rejected>) {
    let (mut found, mut rejected): (Vec<Finding>, Vec<Rejected>) = (Vec::new(), Vec::new());
    for (code, look, needs) in rules::CAUSES {
        if found.iter().any(|finding| finding.code == *code) {
            continue;
        }
        let missing = missing(needs, case);
        let abstains = missing.is_some();
        let why = missing.or_else(|| excluded(needs, case));
        match why.map_or_else(|| look(case), Err) {
            Ok(finding) => {
                rejected.retain(|other| other.code != *code);
                found.push(finding);
            }
            Err(why) => match rejected.iter_mut().find(|other| other.code == *code) {
                Some(other) => {
                    other.abstains |= abstains;
                    if why.contains(&other.why) {
                        other.why = why;
                    } else if !other.why.contains(&why) {
                        other.why = format!("{}; {why}", other.why);
                    }
                }
                None => rejected.push(Rejected {
                    code: *code,
                    why,
                    abstains,
                }),
            },
        }
    }
    (found, rejected)
}

/// Diagnoses a run that did not learn: the first match is the root cause, the others are notes.
fn not_learned(case: &Case, found: Vec<Finding>, rejected: Vec<Rejected>) -> Diagnosis {
    let mut found = found.into_iter();
    let Some(finding) = found.next() else {
        let sentence = format!("{}; no rule matches", standing(case));
        return unclear(&sentence, rejected);
    };
    Diagnosis {
        code: finding.code,
        finding,
        rejected,
        notes: found.collect(),
    }
}

/// Diagnoses a run that learned its training rows: it is healthy or overfit. Matches of other rules are
/// notes.
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
                abstains: !Need::Validation.is_met(case),
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

/// Returns a clause such as `the training skill is 0.97, and the reference skill 0.99 (a reference run
/// on this data, median over its seeds); the best linear model reaches 0.5`.
fn standing(case: &Case) -> String {
    let Gate {
        skill,
        best,
        source,
    } = case.gate;
    let reached = match skill.is_finite() {
        true => format!("the training skill is {}", number(skill)),
        false => "the final training loss is not finite".to_owned(),
    };
    let linear = match linear_skill(case.trace) {
        None => String::new(),
        // Equal numbers can differ in the last bits.
        Some(linear) if skill < linear && number(skill) != number(linear) => {
            format!("; even the best linear model reaches {}", number(linear))
        }
        Some(linear) => format!("; the best linear model reaches {}", number(linear)),
    };
    format!(
        "{reached}, and the reference skill {} ({source}){linear}",
        number(best)
    )
}

/// Returns the diagnosis `unclear` with its reason.
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
