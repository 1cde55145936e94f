//! Failing cells: their cause, and the fixes to train.

use super::propose::{
    Edits, RejectedEdit, SuggestedFix, Suggestions, fix_strengths, suggested_fixes,
};
use crate::codes::Code;
use crate::diagnose::CellDiagnosis;
use crate::fix_kind::FixKind;
use crate::grid::Cell;
use std::collections::BTreeMap;

/// A failing cell.
#[derive(Debug)]
pub(super) struct FailingCell {
    /// The place of the cell in the results.
    pub cell: usize,
    /// The most frequent diagnosis of its failed seeds.
    pub code: Code,
    /// A second cause that most of these seeds show.
    pub second: Option<Code>,
    /// The number of seeds in which a fix must work.
    pub needed: usize,
    /// The fixes, in the order in which they are trained.
    pub fixes: Vec<PlannedFix>,
    /// Suggested changes that are not legal, each with the causes that suggest it.
    pub rejected: Vec<(RejectedEdit, Vec<Code>)>,
}

/// A suggested fix of a failing cell, and where its results are.
#[derive(Debug)]
pub(super) struct PlannedFix {
    pub suggested: SuggestedFix,
    /// The causes that suggest it.
    pub causes: Vec<Code>,
    /// Whether it is trained only if no other change is a fix.
    pub is_last_resort: bool,
    /// The place of its cell, once it is trained.
    pub place: Option<usize>,
    /// The control, if controls are trained and one is legal.
    pub random: Option<(Edits, Cell)>,
    /// The same with the place of its cell, once it is trained.
    pub control: Option<(Edits, usize)>,
}

impl PlannedFix {
    /// Returns a fix that has not been trained.
    pub fn of(suggested: SuggestedFix, causes: Vec<Code>) -> PlannedFix {
        PlannedFix {
            suggested,
            causes,
            is_last_resort: false,
            place: None,
            random: None,
            control: None,
        }
    }
}

/// Returns the number of seeds in which a fix must work: more than half.
pub fn most(of: usize) -> usize {
    of / 2 + 1
}

/// Returns the cause of a cell in which at most half of the seeds are healthy: the most frequent
/// diagnosis of the others, and the second cause that more than half of these have as first note.
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

/// Returns the fixes of both causes, each change once, and those that are not legal, each once.
pub(super) fn planned_fixes(
    cell: &Cell,
    code: Code,
    second: Option<Code>,
) -> (Vec<PlannedFix>, Vec<(RejectedEdit, Vec<Code>)>) {
    let mut all: Vec<PlannedFix> = Vec::new();
    let mut not_legal: Vec<(RejectedEdit, Vec<Code>)> = Vec::new();
    for code in [Some(code), second].into_iter().flatten() {
        let Suggestions { legal, rejected } = suggested_fixes(cell, code);
        for suggested in legal {
            let same =
                |other: &&mut PlannedFix| other.suggested.cell.settings == suggested.cell.settings;
            match all.iter_mut().find(same) {
                Some(other) => other.causes.push(code),
                None => all.push(PlannedFix::of(suggested, vec![code])),
            }
        }
        for edit in rejected {
            match not_legal.iter_mut().find(|(other, _)| *other == edit) {
                Some((_, causes)) => causes.push(code),
                None => not_legal.push((edit, vec![code])),
            }
        }
    }
    // The sort is stable: among changes of one size, those of the first cause come first.
    all.sort_by_key(|fix| fix.suggested.edits.len());
    let larger = last_resort(cell, code, &all);
    all.extend(larger);
    (all, not_legal)
}

/// Returns a larger network, as last resort. A network can be too small in addition to another fault.
/// Then the fixes of that fault change little.
fn last_resort(cell: &Cell, code: Code, others: &[PlannedFix]) -> Vec<PlannedFix> {
    // A larger network fits the training rows even better.
    if code == Code::Overfit {
        return Vec::new();
    }
    let is_new = |larger: &SuggestedFix| {
        let settings = &larger.cell.settings;
        let mut others = others.iter();
        others.all(|other| other.suggested.cell.settings != *settings)
    };
    let larger = fix_strengths(cell, FixKind::MoreLayers).legal.into_iter();
    larger
        .filter(is_new)
        .map(|larger| PlannedFix {
            is_last_resort: true,
            ..PlannedFix::of(larger, vec![Code::TooShallow])
        })
        .collect()
}
