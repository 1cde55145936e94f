//! What is wrong with a run, in words and in a small table: the root cause with its evidence, what
//! else was seen, and what it is not.

use crate::diagnose::{Diagnosis, Evidence, Finding, Rejected, rule};
use crate::report::number::number;
use serde::Serialize;

/// The diagnosis of one run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DiagnosisView {
    /// Its name, as `sweep explain` takes it.
    pub code: &'static str,
    /// What the name stands for, in one line.
    pub title: &'static str,
    /// What was seen.
    pub sentence: String,
    /// The quantities, the one that decided first.
    pub evidence: Vec<EvidenceRow>,
    /// Symptoms that are not the root cause.
    pub notes: Vec<Told>,
    /// What else it could have been, and why it is not that.
    pub rejected: Vec<Told>,
}

/// One quantity in words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EvidenceRow {
    /// What was measured.
    pub quantity: &'static str,
    /// In which layer; `–` where it belongs to none.
    pub layer: String,
    /// What it is.
    pub value: String,
    /// What it was held against.
    pub threshold: String,
    /// `0.4 to 1.5`.
    pub healthy: String,
    /// The first epoch beyond the threshold; `–` where it is of the whole run.
    pub epoch: String,
}

/// A code and a sentence about it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Told {
    /// Its name.
    pub code: &'static str,
    /// One sentence.
    pub sentence: String,
}

/// The words of a diagnosis.
pub fn diagnosis(diagnosis: &Diagnosis) -> DiagnosisView {
    let Diagnosis {
        code,
        finding,
        rejected,
        notes,
    } = diagnosis;
    let note = |note: &Finding| Told {
        code: note.code.name(),
        sentence: sentence(&note.sentence),
    };
    let other = |other: &Rejected| Told {
        code: other.code.name(),
        sentence: sentence(&other.why),
    };
    DiagnosisView {
        code: code.name(),
        title: rule(*code).title,
        sentence: sentence(&finding.sentence),
        evidence: finding.evidence.iter().map(row).collect(),
        notes: notes.iter().map(note).collect(),
        rejected: rejected.iter().map(other).collect(),
    }
}

fn row(evidence: &Evidence) -> EvidenceRow {
    let none = || "–".to_owned();
    let (low, high) = evidence.healthy;
    EvidenceRow {
        quantity: evidence.quantity,
        layer: evidence.layer.clone().unwrap_or_else(none),
        value: number(evidence.value),
        threshold: number(evidence.threshold),
        healthy: format!("{} to {}", number(low), number(high)),
        epoch: match evidence.epoch {
            None => none(),
            Some(0) => "before training".to_owned(),
            Some(epoch) => epoch.to_string(),
        },
    }
}

/// A capital in front and a full stop behind; a symbol such as δ stays what it is.
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

    #[test]
    fn a_sentence_starts_with_a_capital_and_a_symbol_stays_what_it_is() {
        assert_eq!(sentence("it blew up"), "It blew up.");
        assert_eq!(sentence("δ of hidden 1"), "δ of hidden 1.");
    }
}
