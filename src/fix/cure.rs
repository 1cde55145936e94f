//! Remedies that are expected to cure a cell, and what came of each.

use super::Trials;
use super::failing::failure;
use super::judge::Judged;
use crate::prescribe::{Edits, RejectedEdit};
use crate::remedy::Remedy;

/// A remedy that is expected to cure a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// The place of the cell in the results.
    pub cell: usize,
    /// What should cure it.
    pub remedy: Remedy,
    /// In how many seeds.
    pub needed: usize,
}

/// What came of a remedy on a cell: of its best dose.
#[derive(Debug, Clone, PartialEq)]
pub struct Cure {
    /// What was wanted.
    pub wanted: Wanted,
    /// Seeds with the failure, by diagnosis; empty where the cell is healthy and there is nothing to cure.
    pub diagnosis: String,
    /// The dose, before and after; none where the remedy can't be given to this cell.
    pub dose: Option<(Edits, Judged)>,
    /// Why it can't be given: the edits that are not legal here.
    pub rejected: Vec<RejectedEdit>,
}

impl Trials<'_> {
    /// What came of what was wanted, in its order.
    pub fn cures(&self, wanted: &[Wanted]) -> Vec<Cure> {
        let mut failing = self.failing.iter().peekable();
        let of = |wanted: &Wanted| {
            let diagnosis = &self.diagnoses[wanted.cell];
            let fails = failure(diagnosis).is_some();
            let failing = failing.next_if(|_| fails);
            let rejected = failing.iter().flat_map(|failing| &failing.rejected);
            let rejected = rejected.map(|(edit, _)| edit.clone()).collect();
            let tried = failing.into_iter().flat_map(|failing| {
                let places = failing.attempts.iter();
                places.filter_map(move |attempt| {
                    let judged = self.judged(failing, attempt.place?);
                    Some((attempt.prescription.edits.clone(), judged))
                })
            });
            Cure {
                wanted: *wanted,
                rejected,
                diagnosis: if fails {
                    diagnosis.in_words()
                } else {
                    String::new()
                },
                // The first of the best.
                dose: tried.reduce(|best, next| {
                    if next.1.cured > best.1.cured {
                        next
                    } else {
                        best
                    }
                }),
            }
        };
        wanted.iter().map(of).collect()
    }
}
