//! What went wrong with a run: its root cause with the evidence, and what it is not.

mod case;
mod cells;
mod code;
mod finding;
mod gate;
pub mod rules;

pub use cells::{CellDiagnosis, diagnose_all};
pub use code::Code;
pub use finding::{Evidence, Finding, Rejected, Threshold};
pub use gate::{Gate, LEARNED};
pub use rules::Rule;

use crate::number::number;
use crate::spec;
use crate::trace::Trace;
use case::Case;

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
    /// The best training skill known for this data: of the best run of the sweep on it, of a
    /// reference run, or the file's target.
    pub best_skill: Option<f64>,
    /// Skills of the other seeds of the same cell.
    pub other_seeds: Vec<f64>,
    /// The best skill of the same cell with momentum or Adam, where the sweep has such a cell.
    pub with_momentum: Option<f64>,
}

/// The root cause of a run that failed to learn, or `healthy`, `overfit` or `unclear`.
pub fn diagnose(trace: &Trace, context: &Context) -> Diagnosis {
    let Some(settings) = spec::settings_of(&trace.settings) else {
        return unclear("its settings can't be read", Vec::new());
    };
    if !trace.outcome.is_complete() {
        return unclear("it did not come to an end", Vec::new());
    }
    let case = Case {
        trace,
        settings: &settings,
        context,
        gate: Gate::of(trace, &settings, context),
    };
    let (found, rejected) = look(&case);
    if case.gate.is_passed() {
        return learned(&case, found);
    }
    let mut found = found.into_iter();
    match found.next() {
        None => unclear("it failed to learn, and no rule says why", rejected),
        Some(finding) => Diagnosis {
            code: finding.code,
            finding,
            rejected,
            notes: found.collect(),
        },
    }
}

/// Every cause that a rule sees, first the one that goes before the others, and why the rest are
/// none.
fn look(case: &Case) -> (Vec<Finding>, Vec<Rejected>) {
    let (mut found, mut rejected): (Vec<Finding>, Vec<Rejected>) = (Vec::new(), Vec::new());
    for (rule, look) in rules::CAUSES {
        match look(case) {
            Ok(finding) => found.push(finding),
            Err(why) => rejected.push(Rejected {
                code: rule.code,
                why,
            }),
        }
    }
    (found, rejected)
}

/// A run that learned: what the rules saw are symptoms that did no harm.
fn learned(case: &Case, notes: Vec<Finding>) -> Diagnosis {
    let Gate {
        skill,
        best,
        source,
    } = case.gate;
    Diagnosis {
        code: Code::Healthy,
        finding: Finding {
            code: Code::Healthy,
            evidence: vec![LEARNED.against(skill / best)],
            sentence: format!(
                "it reached a skill of {}; the best known is {} ({source})",
                number(skill),
                number(best)
            ),
        },
        rejected: Vec::new(),
        notes,
    }
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
