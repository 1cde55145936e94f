//! Least squares in closed form.

use super::design::Design;
use candle_core::Result;

/// Ridge of least squares, as a share of a feature's variance; too small to change a reported digit.
pub(super) const RIDGE: f64 = 1e-8;

/// Returns the weights (p × columns) of least squares, or `None` if the moments have no finite inverse.
pub(super) fn least_squares(design: &Design, columns: usize) -> Result<Option<Vec<f64>>> {
    let Some(metric) = design.metric(RIDGE)? else {
        return Ok(None);
    };
    metric
        .times(&design.with(&design.y, columns)?, columns)
        .map(Some)
}
