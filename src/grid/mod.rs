//! `Sweep` → cells and runs, in the order of the file.

mod cell;
mod check;
mod comparable;
mod conflicts;
mod duplicates;
mod expected;
mod matching;
mod places;
mod point;
mod sample;
mod selectors;
#[cfg(test)]
mod tests;
mod unused_keys;

pub use cell::{Cell, Run};
pub use point::ContentsOf;

use crate::config::deprecated::DeprecatedUse;
use crate::config::{Draft, Fault, Faults, SHOWN, Sweep};

/// Returns the cells of a sweep without the excluded ones: the product of its axes, last fastest, or a sample of it.
/// The axes of `[grid]` come first, then those of `[zip.*]`, each in file order.
///
/// # Errors
/// The errors of the draft, and those that only cells reveal. Values that depend on an unreadable data file are not
/// checked.
pub fn cells(draft: Draft, contents: &ContentsOf) -> Result<(Sweep, Vec<Cell>), Faults> {
    let (mut sweep, mut faults, mut cells) = (draft.sweep, draft.faults, Vec::new());
    if draft.parsed {
        sweep.base = point::values(&sweep, &[], contents).0;
        let sampled = sample::draw(&mut sweep);
        let (found, more) = check::cells(&sweep, sampled.as_deref(), &draft.doubtful, contents);
        cells = found;
        let (warnings, more): (Vec<Fault>, _) = more.into_iter().partition(|it| it.is_warning);
        sweep.warnings = warnings;
        faults.extend(more);
    }
    if !faults.is_empty() {
        faults.extend(warnings(&sweep));
    }
    match Faults::sorted(faults, &sweep.path) {
        None => Ok((sweep, cells)),
        Some(faults) => Err(faults),
    }
}

/// Returns the warnings of a file with errors, so that all of it can be mended at once.
fn warnings(sweep: &Sweep) -> impl Iterator<Item = Fault> {
    let deprecated = sweep
        .deprecated
        .iter()
        .map(|DeprecatedUse { word, place }| {
            let mut fault = Fault::at(place, word.to_string(), "").into_warning();
            if fault.path == sweep.path {
                fault.help = Some("`sweep migrate` rewrites it".to_owned());
            }
            fault
        });
    let others = sweep.warnings.iter().cloned();
    deprecated.take(SHOWN).chain(others.take(SHOWN))
}
