//! The diagnosis of a run as text and table: root cause with evidence, other symptoms, causes that are ruled out,
//! and causes that were not checked.

use crate::diagnose::{CellDiagnosis, Code, Diagnosis, Evidence, Finding, Rejected, rule};
use crate::report::shared::number::number;
use crate::report::shared::outcome::has_unknown_skill;
use crate::trace::Trace;
use serde::Serialize;

/// The diagnosis of one run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DiagnosisView {
    /// The code, as on the page of the sweep.
    pub code: &'static str,
    /// Whether `sweep explain` has this code.
    pub explained: bool,
    /// The meaning of the code in one line.
    pub title: &'static str,
    /// The finding.
    pub sentence: String,
    /// The quantities, the decisive one first.
    pub evidence: Vec<EvidenceRow>,
    /// Symptoms that are not the root cause.
    pub notes: Vec<CodeSentence>,
    /// Causes that are ruled out, with the reason.
    pub rejected: Vec<CodeSentence>,
    /// Causes with a check that was left out, with the evidence that the trace lacks.
    pub unchecked: Vec<CodeSentence>,
    /// The unit of [`EvidenceRow::epoch`]: `epoch`, or `step` for a run without epochs.
    pub unit: &'static str,
}

/// One quantity as text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EvidenceRow {
    /// What was measured.
    pub quantity: &'static str,
    /// The layer; `–` without one.
    pub layer: String,
    /// The measured value.
    pub value: String,
    /// The threshold with its side: `below 0.003`.
    pub threshold: String,
    /// The typical range: `0.4 to 1.5`.
    pub healthy: String,
    /// The first epoch beyond the threshold; `–` for a quantity of the whole run.
    pub epoch: String,
}

/// A code and a sentence about it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CodeSentence {
    /// Name of the code.
    pub code: &'static str,
    /// The sentence.
    pub sentence: String,
}

/// The title of an unclear run of a pruned cell, which is not a failure.
const PRUNED: &str = "No cause was visible before the run was pruned";

/// The title of an unclear run with an unknown skill, which need not be a failure.
const UNKNOWN: &str = "The trace does not show whether the run learned";

/// Returns the view of the diagnosis of a trace; `cell` has those of all runs of its cell.
pub fn diagnosis(cell: &CellDiagnosis, diagnosis: &Diagnosis, trace: &Trace) -> DiagnosisView {
    let Diagnosis {
        code,
        finding,
        rejected,
        notes,
    } = diagnosis;
    let note = |note: &Finding| CodeSentence {
        code: note.code.name(),
        sentence: sentence(&note.sentence),
    };
    let other = |other: &Rejected| CodeSentence {
        code: other.code.name(),
        sentence: sentence(&other.why),
    };
    let (unchecked, ruled_out): (Vec<&Rejected>, Vec<&Rejected>) =
        rejected.iter().partition(|other| other.abstains);
    let name = cell.name(*code);
    let explained = name == code.name();
    let is_unknown = *code == Code::Unclear && has_unknown_skill(trace);
    DiagnosisView {
        code: name,
        explained,
        title: match explained {
            true if is_unknown => UNKNOWN,
            true => rule(*code).title,
            false => PRUNED,
        },
        sentence: sentence(&finding.sentence),
        evidence: finding
            .evidence
            .iter()
            .map(|evidence| row(*code, evidence))
            .collect(),
        notes: notes.iter().map(note).collect(),
        rejected: ruled_out.into_iter().map(other).collect(),
        unchecked: unchecked.into_iter().map(other).collect(),
        unit: trace.unit(),
    }
}

fn row(code: Code, evidence: &Evidence) -> EvidenceRow {
    let none = || "–".to_owned();
    let (low, high) = evidence.healthy;
    let is_healthy = code == Code::Healthy;
    let typical = match (evidence.value < low, evidence.value > high) {
        (true, _) if is_healthy => " (passes; below the typical range)",
        (_, true) if is_healthy => " (passes; above the typical range)",
        (_, _) => "",
    };
    EvidenceRow {
        quantity: evidence.quantity,
        layer: evidence.layer.clone().unwrap_or_else(none),
        value: format!("{}{typical}", number(evidence.value)),
        threshold: evidence.bound(),
        healthy: format!("{} to {}", number(low), number(high)),
        epoch: match evidence.epoch {
            None => none(),
            Some(0) => "before training".to_owned(),
            Some(epoch) => epoch.to_string(),
        },
    }
}

/// Adds a capital letter and a full stop. A symbol such as δ stays as it is.
fn sentence(words: &str) -> String {
    let mut text = format!("{words}.");
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::diagnose::LEARNED;
    use crate::testkit::fixture;

    #[test]
    fn a_sentence_starts_with_a_capital_and_a_symbol_stays_as_it_is() {
        assert_eq!(sentence("it blew up"), "It blew up.");
        assert_eq!(sentence("δ of hidden 1"), "δ of hidden 1.");
    }

    #[test]
    fn a_threshold_has_its_side() {
        let row = row(Code::Healthy, &LEARNED.against(0.9));
        assert_eq!(row.threshold, "above 0.85");
    }

    fn trace() -> Trace {
        let (_, results) = fixture::learning_rates(1);
        results.traces().next().unwrap().clone()
    }

    #[test]
    fn a_check_without_its_evidence_does_not_rule_a_cause_out() {
        let rejected = |code, abstains| Rejected {
            code,
            why: "not recorded: update ratios".to_owned(),
            abstains,
        };
        let run = Diagnosis {
            code: Code::Unclear,
            finding: Finding {
                code: Code::Unclear,
                evidence: vec![],
                sentence: "no rule matches".to_owned(),
            },
            rejected: vec![
                rejected(Code::DeadRelu, false),
                rejected(Code::LearningRateTooLow, true),
            ],
            notes: vec![],
        };
        let view = diagnosis(&CellDiagnosis::default(), &run, &trace());
        let codes = |list: &[CodeSentence]| list.iter().map(|of| of.code).collect::<Vec<_>>();
        assert_eq!(codes(&view.rejected), ["dead-relu"]);
        assert_eq!(codes(&view.unchecked), ["learning-rate-too-low"]);
        assert_eq!(view.unchecked[0].sentence, "Not recorded: update ratios.");
    }

    #[test]
    fn a_pruned_run_without_a_cause_is_not_a_failure() {
        let run = Diagnosis {
            code: Code::Unclear,
            finding: Finding {
                code: Code::Unclear,
                evidence: vec![],
                sentence: "the run was pruned".to_owned(),
            },
            rejected: vec![],
            notes: vec![],
        };
        let view = |stopped| {
            let cell = CellDiagnosis {
                runs: vec![Some(run.clone())],
                stopped,
            };
            let view = diagnosis(&cell, &run, &trace());
            (view.code, view.explained, view.title == PRUNED)
        };
        assert_eq!(view(true), ("pruned", false, true));
        assert_eq!(view(false), ("unclear", true, false));
    }

    #[test]
    fn a_healthy_run_outside_the_typical_range_is_marked() {
        let value = |code, skill| row(code, &LEARNED.against(skill)).value;
        let (below, above) = (value(Code::Healthy, 0.9), value(Code::Healthy, 1.2));
        assert_eq!(below, "0.9 (passes; below the typical range)");
        assert_eq!(above, "1.2 (passes; above the typical range)");
        assert_eq!(value(Code::Healthy, 0.99), "0.99");
        assert_eq!(value(Code::LocalMinimum, 0.5), "0.5");
    }
}
