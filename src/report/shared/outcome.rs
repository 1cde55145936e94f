//! Outcomes of runs: their words, and the class of their color.

use crate::config::deprecated::{OUTCOME, current};
use crate::diagnose::{Code, Diagnosis, Gate};
use crate::trace::{Outcome, Trace};

/// Returns an outcome on pages, such as `timed out`; a page may have been summarized by an older version.
pub fn outcome_word(name: &str) -> String {
    current(OUTCOME, name).replace('-', " ")
}

/// Returns the number of a step on pages, for its index. A run that diverged in step 4 has trained 4 steps.
pub fn step_number(index: u64) -> u64 {
    index + 1
}

/// Returns the class of a run's color: `good`, `low` or `bad`. Pages always give the same information as text.
pub fn standing(trace: &Trace, diagnosis: Option<&Diagnosis>) -> &'static str {
    match diagnosis {
        _ if diverged(trace) || !trace.outcome.is_complete() => "bad",
        Some(diagnosis) if diagnosis.code != Code::Healthy => "low",
        _ => "good",
    }
}

/// Returns whether a run ended, but its trace lacks what shows whether it learned.
pub fn has_unknown_skill(trace: &Trace) -> bool {
    trace.outcome.is_complete() && Gate::unknown(trace).is_some()
}

/// Returns whether a run diverged.
pub fn diverged(trace: &Trace) -> bool {
    matches!(trace.outcome, Outcome::Diverged { .. })
}
