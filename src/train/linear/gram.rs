//! The Hessian of a linear model: (1/n) Σ cᵢ Aug(xᵢ)Aug(xᵢ)ᵀ, with cᵢ the second derivative of the loss of row i. For
//! least squares it is (2/n) Aug(X)ᵀAug(X), for any w.
//!
//! Only the lower triangle of this symmetric product is computed. Rows are processed in blocks and in order. A file
//! larger than memory can stream through, and the result is bit-identical for any number of workers.

use super::kernel;
use super::problem::{Objective, RowLoss, sigmoid};
use super::product::{Block, Product, ProductShape};
use faer::MatRef;
use pulp::{Arch, Simd, WithSimd};

/// Number of entries of X in a block of rows, 64 MB. Cancellation is checked between blocks.
const BLOCK: usize = 8_388_608;
/// Minimum number of rows of a block, so that reading the result is worth its products.
const LEAST_ROWS: usize = 512;

/// A product over all rows; only the lower triangle is used.
pub struct Gram {
    /// side × side, column-major.
    all: Vec<f64>,
    side: usize,
    /// Length of w: the first rows and columns are the Hessian.
    weights: usize,
}

impl Gram {
    /// Returns the Hessian, p × p.
    pub fn hessian(&self) -> MatRef<'_, f64> {
        let all = MatRef::from_column_major_slice(&self.all, self.side, self.side);
        all.submatrix(0, 0, self.weights, self.weights)
    }

    /// Returns whether all entries are finite.
    pub fn is_finite(&self) -> bool {
        self.all.iter().all(|x| x.is_finite())
    }

    /// Returns the loss of least squares at w = 0, and its gradient.
    pub fn start(&self) -> (f64, Vec<f64>) {
        let mut last = self.all.iter().skip(self.side - 1).step_by(self.side);
        let gradient = last.by_ref().take(self.weights).map(|x| -x).collect();
        (last.next().map_or(0.0, |x| x / 2.0), gradient)
    }
}

/// Returns (2/n) Σ aᵢaᵢᵀ with aᵢ = (Aug(xᵢ), yᵢ), which determines least squares. Returns `None` if cancelled.
pub fn squares(objective: &Objective, workers: usize, halted: &dyn Fn() -> bool) -> Option<Gram> {
    product(objective, Some(objective.y), &|_| None, workers, halted)
}

/// Returns the Hessian of a logistic regression at w; `None` if cancelled.
pub fn hessian(
    objective: &Objective,
    w: &[f64],
    workers: usize,
    halted: &dyn Fn() -> bool,
) -> Option<Gram> {
    let roots = |rows: &[f64]| Some(roots(objective, rows, w));
    product(objective, None, &roots, workers, halted)
}

/// Returns Σ cᵢ aᵢaᵢᵀ over the rows, scaled to the mean loss; `roots` returns √cᵢ of some rows.
fn product(
    objective: &Objective,
    y: Option<&[f64]>,
    roots: &dyn Fn(&[f64]) -> Option<Vec<f64>>,
    workers: usize,
    halted: &dyn Fn() -> bool,
) -> Option<Gram> {
    let d = objective.x.features;
    // Rows are packed in groups of eight.
    let tall = (BLOCK / d.next_multiple_of(8)).max(LEAST_ROWS);
    let shape = ProductShape {
        features: d,
        bias: objective.bias,
        target: y.is_some(),
    };
    let side = shape.side();
    let (mut product, mut all) = (Product::new(shape, workers), vec![0.0; side * side]);
    for (k, rows) in objective.x.values.chunks(tall * d).enumerate() {
        if halted() {
            return None;
        }
        let roots = roots(rows);
        let y = y.map(|y| &y[k * tall..][..rows.len() / d]);
        let roots = roots.as_deref();
        product.add(Block { rows, y, roots }, &mut all);
    }
    let factor = match objective.loss {
        RowLoss::Square => 2.0,
        RowLoss::Logistic => 1.0,
    };
    let n = objective.rows() as f64;
    all.iter_mut().for_each(|x| *x *= factor / n);
    let weights = objective.weights();
    Some(Gram { all, side, weights })
}

/// Returns √cᵢ of some rows of a logistic regression.
fn roots(objective: &Objective, rows: &[f64], w: &[f64]) -> Vec<f64> {
    let (arch, (w, bias)) = (Arch::new(), objective.split(w));
    let root = |row| {
        let probability = sigmoid(arch.dispatch(Dot(row, w)) + bias);
        (probability * (1.0 - probability)).sqrt()
    };
    rows.chunks_exact(objective.x.features).map(root).collect()
}

/// The dot product x·w.
struct Dot<'a>(&'a [f64], &'a [f64]);

impl WithSimd for Dot<'_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        let [dot] = kernel::dots(simd, [self.0], self.1);
        dot
    }
}
