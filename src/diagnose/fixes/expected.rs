//! Fixes that an expectation names, and their results.

use super::effect::FixEffect;
use super::failing::{FailingCell, PlannedFix, failure};
use super::propose::{Edits, RejectedEdit, Suggestions, fix_strengths};
use super::rounds::FixRounds;
use crate::diagnose::CellDiagnosis;
use crate::fix_kind::FixKind;
use crate::results::Results;

/// A fix that an expectation names for a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExpectedFix {
    /// The place of the cell in the results.
    pub cell: usize,
    /// The kind of fix.
    pub kind: FixKind,
    /// The number of seeds in which it must work.
    pub needed: usize,
}

/// The result of a fix on a cell, in its best strength.
#[derive(Debug, Clone, PartialEq)]
pub struct FixResult {
    /// The expected fix.
    pub expected: ExpectedFix,
    /// The diagnosis of the cell by seeds; empty for a healthy cell.
    pub diagnosis: String,
    /// The changed keys and the result; none if the cell does not allow the fix.
    pub best: Option<(Edits, FixEffect)>,
    /// The changes that are not legal in this cell.
    pub rejected: Vec<RejectedEdit>,
}

impl<'a> FixRounds<'a> {
    /// Collects one named fix for each of these cells, if the cell fails.
    pub fn named(
        results: &'a Results,
        diagnoses: &'a [CellDiagnosis],
        expected: &[ExpectedFix],
    ) -> FixRounds<'a> {
        let mut rounds = FixRounds::new(results, diagnoses);
        for expected in expected {
            let Some((code, _)) = failure(&diagnoses[expected.cell]) else {
                continue;
            };
            let Suggestions { legal, rejected } =
                fix_strengths(&results.cells[expected.cell].cell, expected.kind);
            let fixes = legal.into_iter().map(|fix| PlannedFix::of(fix, vec![code]));
            let rejected = rejected.into_iter().map(|edit| (edit, vec![code]));
            rounds.failing.push(FailingCell {
                cell: expected.cell,
                code,
                second: None,
                needed: expected.needed,
                fixes: fixes.collect(),
                rejected: rejected.collect(),
            });
        }
        rounds
    }

    /// Returns the results of the expected fixes, in their order.
    pub fn results_of(&self, expected: &[ExpectedFix]) -> Vec<FixResult> {
        let mut failing = self.failing.iter().peekable();
        let of = |expected: &ExpectedFix| {
            let diagnosis = &self.diagnoses[expected.cell];
            let fails = failure(diagnosis).is_some();
            let failing = failing.next_if(|_| fails);
            let rejected = failing.iter().flat_map(|failing| &failing.rejected);
            let rejected = rejected.map(|(edit, _)| edit.clone()).collect();
            let tried = failing.into_iter().flat_map(|failing| {
                let fixes = failing.fixes.iter();
                fixes.filter_map(move |fix| {
                    let effect = self.effect(failing, fix.place?);
                    Some((fix.suggested.edits.clone(), effect))
                })
            });
            FixResult {
                expected: *expected,
                rejected,
                diagnosis: if fails {
                    diagnosis.in_words()
                } else {
                    String::new()
                },
                // Of several best ones, the first.
                best: tried.reduce(|best, next| {
                    if next.1.fixed > best.1.fixed {
                        next
                    } else {
                        best
                    }
                }),
            }
        };
        expected.iter().map(of).collect()
    }
}
