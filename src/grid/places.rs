//! Places in the sweep file for errors of cells.

use crate::config::{Document, Place, Sweep};

/// Returns the start of the file, for errors without a better place.
pub(super) fn file(sweep: &Sweep) -> Place {
    sweep.places.file.clone().unwrap_or_else(|| Place {
        document: Document::new(&sweep.path, sweep.text.as_str()).into(),
        span: 0..0,
    })
}

/// Returns the place of the first value of an axis.
pub(super) fn axis_place(sweep: &Sweep, axis: usize) -> Place {
    let places = sweep.places.axes.get(axis);
    let first = places.and_then(|keys| keys.first()?.first());
    first.cloned().unwrap_or_else(|| file(sweep))
}
