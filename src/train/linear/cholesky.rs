//! Parallel Cholesky factorization, bit-identical for any number of cores. The size of the matrix alone determines
//! panels and tiles, and faer processes one of them at a time.

use super::pass::in_parallel;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::cholesky::llt::factor::{cholesky_in_place, cholesky_in_place_scratch};
use faer::linalg::matmul::matmul;
use faer::linalg::triangular_solve::solve_lower_triangular_in_place;
use faer::prelude::{Reborrow, ReborrowMut};
use faer::{Accum, MatMut, Par};

/// Number of columns of a panel.
const PANEL: usize = 256;
/// Number of rows and columns of a tile.
const TILE: usize = 384;

/// Replaces the lower triangle of A, p × p, column-major, by L of A = L Lᵀ; the upper triangle is overwritten.
/// Returns whether L exists.
pub fn cholesky(a: &mut [f64], p: usize, workers: usize) -> bool {
    let mut rest = MatMut::from_column_major_slice_mut(a, p, p);
    loop {
        let wide = PANEL.min(rest.ncols());
        if wide == 0 {
            return true;
        }
        let (mut corner, _, mut below, mut next) = rest.split_at_mut(wide, wide);
        if !small(corner.rb_mut()) {
            return false;
        }
        // L₂₁ = A₂₁ L₁₁⁻ᵀ, rows independently.
        let corner = corner.rb();
        in_parallel(workers, tall(below.rb_mut()), |rows| {
            solve_lower_triangular_in_place(corner, rows.transpose_mut(), Par::Seq);
        });
        // A₂₂ − L₂₁ L₂₁ᵀ, tiles independently.
        let below = below.rb();
        let rows = |i: usize| {
            let from = i * TILE;
            below.subrows(from, TILE.min(below.nrows() - from))
        };
        in_parallel(workers, tiles(next.rb_mut()), |(i, j, tile)| {
            matmul(
                tile,
                Accum::Add,
                rows(i),
                rows(j).transpose(),
                -1.0,
                Par::Seq,
            );
        });
        rest = next;
    }
}

/// Factorizes a matrix that is too small for a second core.
fn small(mut a: MatMut<f64>) -> bool {
    let scratch = cholesky_in_place_scratch::<f64>(a.nrows(), Par::Seq, Default::default());
    let mut memory = MemBuffer::new(scratch);
    let stack = MemStack::new(&mut memory);
    cholesky_in_place(
        a.rb_mut(),
        Default::default(),
        Par::Seq,
        stack,
        Default::default(),
    )
    .is_ok()
}

/// Splits a matrix into pieces of a number of rows.
fn tall(a: MatMut<f64>) -> impl Iterator<Item = MatMut<f64>> {
    let mut rest = Some(a);
    std::iter::from_fn(move || {
        let all = rest.take().filter(|all| all.nrows() > 0)?;
        let few = TILE.min(all.nrows());
        let (piece, more) = all.split_at_row_mut(few);
        rest = Some(more);
        Some(piece)
    })
}

/// Returns the tiles of a square matrix on and below the diagonal, each with its position.
fn tiles(a: MatMut<f64>) -> impl Iterator<Item = (usize, usize, MatMut<f64>)> {
    let mut rest = Some(a);
    let columns = std::iter::from_fn(move || {
        let all = rest.take().filter(|all| all.ncols() > 0)?;
        let few = TILE.min(all.ncols());
        let (piece, more) = all.split_at_col_mut(few);
        rest = Some(more);
        Some(piece)
    });
    columns.enumerate().flat_map(|(j, column)| {
        let tiles = tall(column).enumerate().skip(j);
        tiles.map(move |(i, tile)| (i, j, tile))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use faer::MatRef;

    /// Returns a matrix of p increasingly correlated columns.
    fn matrix(p: usize) -> Vec<f64> {
        let entry = |i: usize, j: usize| match i == j {
            true => 2.0,
            false => 1.0 / (1.0 + i.abs_diff(j) as f64),
        };
        (0..p * p).map(|k| entry(k % p, k / p)).collect()
    }

    #[test]
    fn the_factors_are_correct_and_bit_identical_on_any_number_of_cores() {
        for p in [1, 255, 256, 257, 700] {
            let a = matrix(p);
            let of = |workers| {
                let mut l = a.clone();
                assert!(cholesky(&mut l, p, workers));
                let below = |(k, x): (usize, f64)| if k % p < k / p { 0.0 } else { x };
                l.into_iter().enumerate().map(below).collect::<Vec<f64>>()
            };
            let l = of(1);
            assert!([2, 3, 8].into_iter().all(|workers| of(workers) == l), "{p}");
            let l = MatRef::from_column_major_slice(&l, p, p);
            let again = l * l.transpose();
            let off = |k: usize| (again[(k % p, k / p)] - a[k]).abs();
            assert!((0..p * p).all(|k| off(k) < 1e-13), "{p}");
        }
    }

    #[test]
    fn a_matrix_that_is_not_positive_definite_has_no_factor() {
        let mut a = matrix(600);
        a[599 * 601] = 0.1;
        assert!(!cholesky(&mut a, 600, 2));
    }
}
