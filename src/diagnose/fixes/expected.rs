//! Fixes that an expectation names, and their results.

use super::Trials;
use super::failing::failure;
use super::judge::Judged;
use crate::diagnose::fixes::propose::{Edits, RejectedEdit};
use crate::fix_kind::Remedy;

/// A fix that an expectation names for a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// The place of the cell in the results.
    pub cell: usize,
    /// The kind of fix.
    pub remedy: Remedy,
    /// The number of seeds in which it must work.
    pub needed: usize,
}

/// The result of a fix on a cell, in its best strength.
#[derive(Debug, Clone, PartialEq)]
pub struct Cure {
    /// The expected fix.
    pub wanted: Wanted,
    /// The diagnosis of the cell by seeds; empty for a healthy cell.
    pub diagnosis: String,
    /// The changed keys and the result; none if the cell does not allow the fix.
    pub dose: Option<(Edits, Judged)>,
    /// The changes that are not legal in this cell.
    pub rejected: Vec<RejectedEdit>,
}

impl Trials<'_> {
    /// Returns the results of the expected fixes, in their order.
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
                // Of several best ones, the first.
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
