//! By faer, in pure Rust.

use super::Features;
use ::faer::linalg::matmul::{self, triangular};
use ::faer::{Accum, MatMut, MatRef, Par};

/// [`super::add`].
pub fn add(x: Features, start: usize, count: usize, panel: &mut [f64], p: usize) {
    let Features { rows, d } = x;
    let x = MatRef::from_column_major_slice(rows, d, rows.len() / d);
    let right = x.subrows(start, count).transpose();
    let (square, below) = MatMut::from_column_major_slice_mut(&mut panel[..count * p], p, count)
        .submatrix_mut(start, 0, d - start, count)
        .split_at_row_mut(count);
    triangular::matmul(
        square,
        triangular::BlockStructure::TriangularLower,
        Accum::Add,
        x.subrows(start, count),
        triangular::BlockStructure::Rectangular,
        right,
        triangular::BlockStructure::Rectangular,
        1.0,
        Par::Seq,
    );
    let rest = x.subrows(start + count, d - start - count);
    matmul::matmul(below, Accum::Add, rest, right, 1.0, Par::Seq);
}
