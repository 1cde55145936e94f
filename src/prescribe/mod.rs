//! The smallest changes to a cell that should cure a diagnosis.
//!
//! ```text
//! causes  which remedies a cause has, in the order in which its rule tells them
//! doses   what a remedy changes in this cell: keys and their new values
//! edit    the cell with these values, if they make sense together
//! control random changes of the same size, which a prescription has to beat
//! reference what shows how much there is to learn where no cell does
//! ```
//!
//! Nothing is trained here: a prescription is a cell like any other, and goes the way of the others.
//! Only changes that a sweep file could make are offered, and that make a difference.

mod causes;
mod control;
mod doses;
mod edit;
mod reference;
#[cfg(test)]
mod tests;

pub use control::control;
pub use edit::{EditError, Edits, edited, toml};
pub use reference::{REFERENCE, reference};

use crate::code::Code;
use crate::grid::Cell;
use crate::remedy::Remedy;

/// A change to a cell that should cure it.
#[derive(Debug, Clone)]
pub struct Prescription {
    /// What kind of change.
    pub remedy: Remedy,
    /// The keys that change, each with its new value; keys of `[data]` carry the prefix `data.`.
    pub edits: Edits,
    /// The cell with these values.
    pub cell: Cell,
}

/// An edit that a remedy would make, were it legal in the cell.
#[derive(Debug, Clone, PartialEq)]
pub struct RejectedEdit {
    /// The remedy.
    pub remedy: Remedy,
    /// Its edit; empty where the cell offers the remedy nothing to edit.
    pub edits: Edits,
    /// Why it was rejected.
    pub reason: EditError,
}

/// What the table suggests for a cell: every edit of its remedies, legal or not.
#[derive(Debug, Clone, Default)]
pub struct Suggestions {
    /// The edits that make a cell to train.
    pub legal: Vec<Prescription>,
    /// The others.
    pub rejected: Vec<RejectedEdit>,
}

/// What should cure a cell of this diagnosis: the fewest keys first, and of equally many what its rule
/// tells first. A remedy that comes in several doses has one prescription for each, the smallest first.
/// Empty where there is nothing to cure, or no way is known.
pub fn prescriptions(cell: &Cell, code: Code) -> Suggestions {
    let mut all = Suggestions::default();
    for remedy in causes::remedies(code, &cell.settings) {
        let Suggestions { legal, rejected } = doses(cell, remedy);
        all.legal.extend(legal);
        all.rejected.extend(rejected);
    }
    // Stable, so that equals stay in the order of the rule.
    all.legal
        .sort_by_key(|prescription| prescription.edits.len());
    all
}

/// The doses of one remedy for a cell, the smallest first, whatever is wrong with it. None is legal where
/// the remedy can't be given to this cell, or would leave it as it is.
pub fn doses(cell: &Cell, remedy: Remedy) -> Suggestions {
    let mut all = Suggestions::default();
    let reject = |edits: Edits, reason: EditError| RejectedEdit {
        remedy,
        edits,
        reason,
    };
    let doses = match doses::doses(cell, remedy) {
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
