//! The points of a grid, before exclusions and checks.

use crate::config::files::{file, hold};
use crate::config::settings::{Contents, Source};
use crate::config::{Sweep, Value, Values, complete, rivals};

/// Returns the contents of a data file, or nothing if it could not be read.
pub type ContentsOf<'a> = dyn Fn(&Source) -> Option<Contents> + 'a;

/// Returns the number of grid points before exclusions; `None` on overflow.
pub(super) fn count(sweep: &Sweep) -> Option<usize> {
    let mut lengths = sweep.axes.iter().map(|axis| axis.points.len());
    lengths.try_fold(1, usize::checked_mul)
}

/// Returns the position on every axis of the i-th grid point; the last axis varies fastest.
pub(super) fn coordinates(sweep: &Sweep, mut i: usize) -> Vec<usize> {
    let mut coordinates = vec![0; sweep.axes.len()];
    for (axis, coordinate) in sweep.axes.iter().zip(&mut coordinates).rev() {
        *coordinate = i % axis.points.len();
        i /= axis.points.len();
    }
    coordinates
}

/// Returns the keys that the axes set at a point, with their values, in the order of the axes.
pub(super) fn varied(sweep: &Sweep, coordinates: &[usize]) -> Vec<(String, Value)> {
    let axes = sweep.axes.iter().zip(coordinates);
    axes.flat_map(|(axis, &i)| {
        axis.keys
            .iter()
            .cloned()
            .zip(axis.points[i].iter().cloned())
    })
    .collect()
}

/// Returns the values of all keys, and whether a data file was needed but not available. Axes override the values of
/// the file, then come the contents of a data file, then defaults. An axis also removes base values that conflict
/// with it (`steps` removes `epochs`).
pub(super) fn values(
    sweep: &Sweep,
    varied: &[(String, Value)],
    contents_of: &ContentsOf,
) -> (Values, bool) {
    let mut values = sweep.given.clone();
    for (key, value) in varied {
        for rival in rivals(key) {
            values
                .0
                .retain(|(name, _)| name != rival || varied.iter().any(|(k, _)| k == rival));
        }
        values.set(key, value.clone());
    }
    let source = values.get("data.source");
    let file = source.and_then(|source| file(source, sweep.folder(), values.registry()));
    let contents = file.as_ref().and_then(contents_of);
    if file.is_some() {
        hold(&mut values, contents);
    }
    (complete(&values), file.is_some() && contents.is_none())
}
