//! Suggested fixes: the smallest changes to a cell that can fix a diagnosis.
//!
//! ```text
//! causes    the fixes of every cause, in the order of its rule
//! doses     the keys that a fix changes in a cell, with their new values
//! edit      the cell with these values, if they are legal together
//! control   random changes of the same number of keys, for comparison
//! reference the reference run, for data on which no cell is good
//! ```
//!
//! Nothing is trained here: a fix is a cell, and is trained like any other cell. Only changes that a
//! sweep file can make, and that change the settings, are suggested.

mod causes;
mod changes;
mod control;
mod edit;
mod reference;
#[cfg(test)]
mod tests;

pub use control::controls;
pub use edit::{EditError, Edits, edited, pairs, toml};
pub use reference::{REFERENCE, reference};

use crate::codes::Code;
use crate::fix_kind::Remedy;
use crate::grid::Cell;

/// A suggested fix of a cell.
#[derive(Debug, Clone)]
pub struct Prescription {
    /// The kind of change.
    pub remedy: Remedy,
    /// The keys that change, with their new values; keys of `[data]` have the prefix `data.`.
    pub edits: Edits,
    /// The cell with these values.
    pub cell: Cell,
}

/// A suggested change that is not legal in the cell.
#[derive(Debug, Clone, PartialEq)]
pub struct RejectedEdit {
    /// The kind of change.
    pub remedy: Remedy,
    /// The changed keys; empty if the cell has no key for this kind of change.
    pub edits: Edits,
    /// Why it is not legal.
    pub reason: EditError,
}

/// All changes that the table of fixes suggests for a cell, legal or not.
#[derive(Debug, Clone, Default)]
pub struct Suggestions {
    /// The changes that can be trained.
    pub legal: Vec<Prescription>,
    /// The others.
    pub rejected: Vec<RejectedEdit>,
}

/// Returns the suggested fixes of a cell with this diagnosis: fewest keys first, then in the order of
/// the rule. A fix of several strengths is listed once per strength, the smallest first. Empty for a
/// healthy cell, and for a diagnosis without known fixes.
pub fn prescriptions(cell: &Cell, code: Code) -> Suggestions {
    let mut all = Suggestions::default();
    for remedy in causes::remedies(code, &cell.settings) {
        let Suggestions { legal, rejected } = doses(cell, remedy);
        all.legal.extend(legal);
        all.rejected.extend(rejected);
    }
    // The sort is stable: ties stay in the order of the rule.
    all.legal
        .sort_by_key(|prescription| prescription.edits.len());
    all
}

/// Returns one kind of fix for a cell in all its strengths, the smallest first, whatever the diagnosis.
/// None is legal if the cell does not allow it, or if it changes nothing.
pub fn doses(cell: &Cell, remedy: Remedy) -> Suggestions {
    let mut all = Suggestions::default();
    let reject = |edits: Edits, reason: EditError| RejectedEdit {
        remedy,
        edits,
        reason,
    };
    let doses = match changes::doses(cell, remedy) {
        Ok(doses) => doses,
        Err(why) => {
            let reason = EditError::NotApplicable(why);
            all.rejected.push(reject(Vec::new(), reason));
            return all;
        }
    };
    for edits in doses {
        match edited(cell, &edits) {
            Ok(cell) => all.legal.push(Prescription {
                remedy,
                edits,
                cell,
            }),
            Err(reason) => all.rejected.push(reject(edits, reason)),
        }
    }
    all
}
