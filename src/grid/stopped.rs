//! Where cells are stopped on the way, they must have a way in common.

use super::Cell;
use crate::spec::settings::Budget;
use crate::spec::{Fault, Place, Sweep};

/// What is wrong with `[stop]` for these cells.
pub(super) fn stopped(sweep: &Sweep, cells: &[Cell]) -> Option<Fault> {
    let (stop, first) = (sweep.stop?, &cells.first()?.settings);
    let place: Place = sweep
        .places
        .stop
        .clone()
        .or_else(|| sweep.places.file.clone())?;
    if cells.iter().any(|cell| cell.settings.solving.is_some()) {
        let fault = Fault::at(
            &place,
            "[stop] is for what is trained step by step",
            "some cell has a solver",
        );
        return Some(fault.help("drop [stop], or take `solver = \"none\"` in every cell"));
    }
    if cells
        .iter()
        .any(|cell| cell.settings.budget != first.budget)
    {
        let fault = Fault::at(
            &place,
            "[stop] compares cells of one budget, and here it differs",
            "its rungs are of one length for all cells",
        );
        return Some(fault.help("give `epochs` or `steps` in [base] alone, or drop [stop]"));
    }
    let (Budget::Epochs(whole) | Budget::Steps(whole)) = first.budget;
    (stop.grace_period >= whole && !sweep.overridden).then(|| {
        let fault = Fault::at(
            &place,
            "[stop] stops nothing",
            format!(
                "the first rung ends at {}, the budget at {whole}",
                stop.grace_period
            ),
        );
        fault.help("take a smaller `grace_period`, or train longer")
    })
}
