//! The diagnosis of a run as text and table: root cause with evidence, other symptoms, and causes that are
//! ruled out.

use crate::diagnose::{Code, Diagnosis, Evidence, Finding, Rejected, rule};
use crate::report::number::number;
use serde::Serialize;

/// The diagnosis of one run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DiagnosisView {
    /// The code, as for `sweep explain`.
    pub code: &'static str,
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
    /// The threshold.
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

/// Returns the view of a diagnosis.
pub fn diagnosis(diagnosis: &Diagnosis) -> DiagnosisView {
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
    DiagnosisView {
        code: code.name(),
        title: rule(*code).title,
        sentence: sentence(&finding.sentence),
        evidence: finding
            .evidence
            .iter()
            .map(|evidence| row(*code, evidence))
            .collect(),
        notes: notes.iter().map(note).collect(),
        rejected: rejected.iter().map(other).collect(),
    }
}

fn row(code: Code, evidence: &Evidence) -> EvidenceRow {
    let none = || "–".to_owned();
    let (low, high) = evidence.healthy;
    let is_low = code == Code::Healthy && evidence.value < low;
    EvidenceRow {
        quantity: evidence.quantity,
        layer: evidence.layer.clone().unwrap_or_else(none),
        value: match is_low {
            true => format!("{} (passes, but low)", number(evidence.value)),
            false => number(evidence.value),
        },
        threshold: number(evidence.threshold),
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
    use super::*;
    use crate::diagnose::LEARNED;

    #[test]
    fn a_sentence_starts_with_a_capital_and_a_symbol_stays_as_it_is() {
        assert_eq!(sentence("it blew up"), "It blew up.");
        assert_eq!(sentence("δ of hidden 1"), "δ of hidden 1.");
    }

    #[test]
    fn a_healthy_run_below_the_typical_range_passes_but_is_low() {
        let value = |code, skill| row(code, &LEARNED.against(skill)).value;
        assert_eq!(value(Code::Healthy, 0.9), "0.9 (passes, but low)");
        assert_eq!(value(Code::Healthy, 0.99), "0.99");
        assert_eq!(value(Code::LocalMinimum, 0.5), "0.5");
    }
}
