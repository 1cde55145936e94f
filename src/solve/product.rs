//! The product that the normal equations are made of, XᵀX, a panel of columns at a time: by faer, or by
//! OpenBLAS where the crate is built with the feature `openblas`.

#[cfg(not(feature = "openblas"))]
mod faer;
#[cfg(feature = "openblas")]
mod openblas;
#[cfg(test)]
mod tests;

#[cfg(not(feature = "openblas"))]
use self::faer as library;
#[cfg(feature = "openblas")]
use openblas as library;

/// Rows of d features each, one after the other.
#[derive(Clone, Copy)]
pub struct Features<'a> {
    pub rows: &'a [f64],
    pub d: usize,
}

/// Adds XᵀX to columns `start` to `start + count` of a p × p matrix, column after column, of which
/// `panel` holds these (and may hold more behind them). What lies above the diagonal stays or holds
/// nothing of use.
///
/// # Panics
/// Where the panel has not that many columns of p entries, or X not that many features.
pub fn add(x: Features, start: usize, count: usize, panel: &mut [f64], p: usize) {
    assert!(start + count <= x.d && x.d <= p, "no such columns");
    assert!(panel.len() >= count * p, "too short a panel");
    assert!(x.rows.len().is_multiple_of(x.d), "half a row");
    library::add(x, start, count, panel, p);
}
