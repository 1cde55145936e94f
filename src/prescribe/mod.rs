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
pub use edit::{Edits, edited, toml};
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

/// What should cure a cell of this diagnosis: the fewest keys first, and of equally many what its rule
/// tells first. A remedy that comes in several doses has one prescription for each, the smallest first.
/// Empty where there is nothing to cure, or no way is known.
pub fn prescriptions(cell: &Cell, code: Code) -> Vec<Prescription> {
    let remedies = causes::remedies(code, &cell.settings);
    let mut all: Vec<Prescription> = remedies
        .into_iter()
        .flat_map(|remedy| doses(cell, remedy))
        .collect();
    // Stable, so that equals stay in the order of the rule.
    all.sort_by_key(|prescription| prescription.edits.len());
    all
}

/// The doses of one remedy for a cell, the smallest first, whatever is wrong with it; empty where it
/// can't be given to this cell, or would leave it as it is.
pub fn doses(cell: &Cell, remedy: Remedy) -> Vec<Prescription> {
    let legal = |edits: Edits| {
        let cell = edited(cell, &edits)?;
        Some(Prescription {
            remedy,
            edits,
            cell,
        })
    };
    let doses = doses::doses(cell, remedy);
    doses.into_iter().filter_map(legal).collect()
}
