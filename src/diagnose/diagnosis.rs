//! Assigns the diagnosis of a run: the gate, the causes in their order, and the sentence of the finding.

use super::context::Context;
use super::finding::{Evidence, Finding, Rejected};
use super::gate::{Gate, HELD_OUT, LEARNED, linear_skill, nothing_learned};
use super::needs::{Need, excluded, missing};
use super::rules::{CAUSES, overfit};
use super::{Case, Code};
use crate::format::number;
use crate::trace::{Outcome, Trace};

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
    let (mut found, rejected) = match_causes(&case);
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
    if overfit::has_learned(&case) {
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

/// Returns every cause that matches, in the order of [`CAUSES`], and the others with the reason.
/// A code that is checked several times is found at its first match.
fn match_causes(case: &Case) -> (Vec<Finding>, Vec<Rejected>) {
    let (mut found, mut rejected): (Vec<Finding>, Vec<Rejected>) = (Vec::new(), Vec::new());
    for (code, detect, needs) in CAUSES {
        if found.iter().any(|finding| finding.code == *code) {
            continue;
        }
        let missing = missing(needs, case);
        let abstains = missing.is_some();
        let why = missing.or_else(|| excluded(needs, case));
        match why.map_or_else(|| detect(case), Err) {
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
    let (finding, rejected) = match overfit::detect(case) {
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
