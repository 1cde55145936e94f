//! The changes that the table of fixes suggests for a cell: those that are legal, and those that are not.

use super::edit::{EditError, Edits, edited};
use super::{causes, changes};
use crate::codes::Code;
use crate::fix_kind::FixKind;
use crate::grid::Cell;

/// A suggested fix of a cell.
#[derive(Debug, Clone)]
pub struct SuggestedFix {
    /// The kind of change.
    pub kind: FixKind,
    /// The keys that change, with their new values; keys of `[data]` have the prefix `data.`.
    pub edits: Edits,
    /// The cell with these values.
    pub cell: Cell,
}

/// A suggested change that is not legal in the cell.
#[derive(Debug, Clone, PartialEq)]
pub struct RejectedEdit {
    /// The kind of change.
    pub kind: FixKind,
    /// The changed keys; empty if the cell has no key for this kind of change.
    pub edits: Edits,
    /// Why it is not legal.
    pub reason: EditError,
}

/// All changes that the table of fixes suggests for a cell, legal or not.
#[derive(Debug, Clone, Default)]
pub struct Suggestions {
    /// The changes that can be trained.
    pub legal: Vec<SuggestedFix>,
    /// The others.
    pub rejected: Vec<RejectedEdit>,
}

/// Returns the suggested fixes of a cell with this diagnosis: fewest keys first, then in the order of
/// the rule. A fix of several strengths is listed once per strength, the smallest first. Empty for a
/// healthy cell, and for a diagnosis without known fixes.
pub fn suggested_fixes(cell: &Cell, code: Code) -> Suggestions {
    let mut all = Suggestions::default();
    for kind in causes::fix_kinds(code, &cell.settings) {
        let Suggestions { legal, rejected } = fix_strengths(cell, kind);
        all.legal.extend(legal);
        all.rejected.extend(rejected);
    }
    // The sort is stable: ties stay in the order of the rule.
    all.legal.sort_by_key(|fix| fix.edits.len());
    all
}

/// Returns one kind of fix for a cell in all its strengths, the smallest first, whatever the diagnosis.
/// None is legal if the cell does not allow it, or if it changes nothing.
pub fn fix_strengths(cell: &Cell, kind: FixKind) -> Suggestions {
    let mut all = Suggestions::default();
    let reject = |edits: Edits, reason: EditError| RejectedEdit {
        kind,
        edits,
        reason,
    };
    let strengths = match changes::strengths(cell, kind) {
        Ok(strengths) => strengths,
        Err(why) => {
            let reason = EditError::NotApplicable(why);
            all.rejected.push(reject(Vec::new(), reason));
            return all;
        }
    };
    for edits in strengths {
        match edited(cell, &edits) {
            Ok(cell) => all.legal.push(SuggestedFix { kind, edits, cell }),
            Err(reason) => all.rejected.push(reject(edits, reason)),
        }
    }
    all
}
