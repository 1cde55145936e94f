//! A cell that failed: what by, and what is to be tried on it.

use super::most;
use crate::code::Code;
use crate::diagnose::CellDiagnosis;
use crate::grid::Cell;
use crate::prescribe::{Edits, Prescription, RejectedEdit, Suggestions, doses, prescriptions};
use crate::remedy::Remedy;
use std::collections::BTreeMap;

/// A cell that failed.
#[derive(Debug)]
pub(super) struct Failing {
    /// Its place in the results.
    pub cell: usize,
    /// What most of its failed seeds have.
    pub code: Code,
    /// What else most of these show: another cause that would fit.
    pub second: Option<Code>,
    /// How many seeds must be cured.
    pub needed: usize,
    /// In the order of the prescriptions.
    pub attempts: Vec<Attempt>,
    /// The edits that make no cell to train, each with the causes that suggest it.
    pub rejected: Vec<(RejectedEdit, Vec<Code>)>,
}

/// A prescription for a cell.
#[derive(Debug)]
pub(super) struct Attempt {
    pub prescription: Prescription,
    /// The causes that have it.
    pub causes: Vec<Code>,
    /// Whether it is tried only after all others, where none of them is a fix.
    pub is_last_resort: bool,
    /// The place of its cell, once it is tried.
    pub place: Option<usize>,
    /// The random change beside it, with its place.
    pub control: Option<(Edits, usize)>,
}

impl Attempt {
    /// One that has not been tried.
    pub fn of(prescription: Prescription, causes: Vec<Code>) -> Attempt {
        Attempt {
            prescription,
            causes,
            is_last_resort: false,
            place: None,
            control: None,
        }
    }
}

/// What a cell fails by, where not more than half of its seeds are healthy: what most of the others have;
/// and what else the first note of more than half of these names.
pub(super) fn failure(diagnosis: &CellDiagnosis) -> Option<(Code, Option<Code>)> {
    let counts = diagnosis.counts();
    let of: usize = counts.iter().map(|(_, n)| n).sum();
    let healthy = counts.iter().find(|(code, _)| *code == Code::Healthy);
    if of == 0 || healthy.is_some_and(|(_, n)| *n >= most(of)) {
        return None;
    }
    let (code, seeds) = *counts.iter().find(|(code, _)| *code != Code::Healthy)?;
    let with = diagnosis
        .runs
        .iter()
        .flatten()
        .filter(|run| run.code == code);
    let mut notes: BTreeMap<Code, usize> = BTreeMap::new();
    for note in with.filter_map(|run| run.notes.first()) {
        *notes.entry(note.code).or_default() += 1;
    }
    // Notes of a run that learned are symptoms that did no harm.
    let second = notes.into_iter().find(|(_, n)| *n >= most(seeds));
    let second = second.map(|(code, _)| code);
    Some((code, second.filter(|_| code != Code::Overfit)))
}

/// What both causes prescribe, each change once; and the edits that are not legal here, each once.
pub(super) fn attempts(
    cell: &Cell,
    code: Code,
    second: Option<Code>,
) -> (Vec<Attempt>, Vec<(RejectedEdit, Vec<Code>)>) {
    let mut all: Vec<Attempt> = Vec::new();
    let mut not_legal: Vec<(RejectedEdit, Vec<Code>)> = Vec::new();
    for code in [Some(code), second].into_iter().flatten() {
        let Suggestions { legal, rejected } = prescriptions(cell, code);
        for prescription in legal {
            let same = |other: &&mut Attempt| {
                other.prescription.cell.settings == prescription.cell.settings
            };
            match all.iter_mut().find(same) {
                Some(other) => other.causes.push(code),
                None => all.push(Attempt::of(prescription, vec![code])),
            }
        }
        for edit in rejected {
            match not_legal.iter_mut().find(|(other, _)| *other == edit) {
                Some((_, causes)) => causes.push(code),
                None => not_legal.push((edit, vec![code])),
            }
        }
    }
    // Stable: what the first cause prescribes goes first among changes of one size.
    all.sort_by_key(|attempt| attempt.prescription.edits.len());
    let larger = last_resort(cell, code, &all);
    all.extend(larger);
    (all, not_legal)
}

/// A larger network. A second fault hides behind the first in a network that is too small as well: the
/// fixes of the first change little there, whatever they are.
fn last_resort(cell: &Cell, code: Code, others: &[Attempt]) -> Vec<Attempt> {
    // A larger network fits the training rows even better.
    if code == Code::Overfit {
        return Vec::new();
    }
    let is_new = |larger: &Prescription| {
        let settings = &larger.cell.settings;
        let mut others = others.iter();
        others.all(|other| other.prescription.cell.settings != *settings)
    };
    let larger = doses(cell, Remedy::MoreLayers).legal.into_iter();
    larger
        .filter(is_new)
        .map(|larger| Attempt {
            is_last_resort: true,
            ..Attempt::of(larger, vec![Code::TooShallow])
        })
        .collect()
}
