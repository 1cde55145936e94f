//! Suggested fixes: the smallest changes to a cell that can fix a diagnosis.
//!
//! ```text
//! causes    the fixes of every cause, in the order of its rule
//! changes   the keys that a fix changes in a cell, with their new values
//! edit      the cell with these values, if they are legal together
//! suggest   the legal changes of a cell, and the rejected ones
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
mod suggest;
#[cfg(test)]
mod tests;

pub use control::controls;
pub use edit::{EditError, Edits, edited, pairs, toml};
pub use reference::{REFERENCE, reference};
pub use suggest::{RejectedEdit, SuggestedFix, Suggestions, fix_strengths, suggested_fixes};
