//! Checks that `[stop]` can compare all cells of the sweep.

use super::cell::Cell;
use crate::config::settings::Budget;
use crate::config::{Fault, Place, Sweep};

/// Returns the first error of `[stop]` for these cells.
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
            "[stop] needs cells that train step by step",
            "at least one cell uses a solver",
        );
        return Some(fault.help("remove [stop], or set `solver = \"none\"` in every cell"));
    }
    if cells
        .iter()
        .any(|cell| cell.settings.budget != first.budget)
    {
        let fault = Fault::at(
            &place,
            "[stop] needs cells of equal budget",
            "all cells must have the same `epochs` or `steps`",
        );
        return Some(fault.help("set `epochs` or `steps` in [base] only, or remove [stop]"));
    }
    let (Budget::Epochs(whole) | Budget::Steps(whole)) = first.budget;
    (stop.grace_period >= whole && !sweep.overridden).then(|| {
        let fault = Fault::at(
            &place,
            "[stop] prunes nothing",
            format!(
                "the first rung ends at {}, and the budget is {whole}",
                stop.grace_period
            ),
        );
        fault.help("use a smaller `grace_period`, or a larger budget")
    })
}
