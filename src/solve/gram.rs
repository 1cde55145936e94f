//! The Hessian of a linear model: (1/n) Σ cᵢ Aug(xᵢ)Aug(xᵢ)ᵀ, with cᵢ the second derivative of the loss
//! of row i. Of least squares it is (2/n) Aug(X)ᵀAug(X), whatever w is.
//!
//! A symmetric product, of which the lower triangle is made. Rows come in blocks, that a file larger than
//! memory can stream through, in their order: the same bits for any number of workers.

use super::product::{Block, Product, Shape};
use super::{Loss, Objective, kernel, sigmoid};
use faer::MatRef;
use pulp::{Arch, Simd, WithSimd};

/// Entries of X in a block of rows, 64 MB: as long as nobody asks whether to halt.
const BLOCK: usize = 8_388_608;
/// Fewest rows of a block, so that its products are worth reading the result for.
const LEAST_ROWS: usize = 512;

/// A product of all rows, of which the lower triangle counts.
pub struct Gram {
    /// Side × side, column after column.
    all: Vec<f64>,
    side: usize,
    /// Length of w: the first rows and columns are the Hessian.
    weights: usize,
}

impl Gram {
    /// The Hessian, p × p.
    pub fn hessian(&self) -> MatRef<'_, f64> {
        let all = MatRef::from_column_major_slice(&self.all, self.side, self.side);
        all.submatrix(0, 0, self.weights, self.weights)
    }

    /// Whether all of it is.
    pub fn is_finite(&self) -> bool {
        self.all.iter().all(|x| x.is_finite())
    }

    /// The risk of least squares at w = 0, and its gradient.
    pub fn start(&self) -> (f64, Vec<f64>) {
        let mut last = self.all.iter().skip(self.side - 1).step_by(self.side);
        let gradient = last.by_ref().take(self.weights).map(|x| -x).collect();
        (last.next().map_or(0.0, |x| x / 2.0), gradient)
    }
}

/// (2/n) Σ aᵢaᵢᵀ with aᵢ = (Aug(xᵢ), yᵢ), all that least squares goes by. None where `halted` says so on the
/// way.
pub fn squares(objective: &Objective, workers: usize, halted: &dyn Fn() -> bool) -> Option<Gram> {
    product(objective, Some(objective.y), &|_| None, workers, halted)
}

/// The Hessian of a logistic regression at w. None where `halted` says so on the way.
pub fn hessian(
    objective: &Objective,
    w: &[f64],
    workers: usize,
    halted: &dyn Fn() -> bool,
) -> Option<Gram> {
    let roots = |rows: &[f64]| Some(roots(objective, rows, w));
    product(objective, None, &roots, workers, halted)
}

/// Σ cᵢ aᵢaᵢᵀ over the rows, as a mean of it and the loss says; `roots` gives √cᵢ of some rows.
fn product(
    objective: &Objective,
    y: Option<&[f64]>,
    roots: &dyn Fn(&[f64]) -> Option<Vec<f64>>,
    workers: usize,
    halted: &dyn Fn() -> bool,
) -> Option<Gram> {
    let d = objective.x.features;
    // Rows are packed in eights.
    let tall = (BLOCK / d.next_multiple_of(8)).max(LEAST_ROWS);
    let shape = Shape {
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
        Loss::Square => 2.0,
        Loss::Logistic => 1.0,
    };
    let n = objective.rows() as f64;
    all.iter_mut().for_each(|x| *x *= factor / n);
    let weights = objective.weights();
    Some(Gram { all, side, weights })
}

/// √cᵢ of some rows of a logistic regression.
fn roots(objective: &Objective, rows: &[f64], w: &[f64]) -> Vec<f64> {
    let (arch, (w, bias)) = (Arch::new(), objective.split(w));
    let root = |row| {
        let probability = sigmoid(arch.dispatch(Dot(row, w)) + bias);
        (probability * (1.0 - probability)).sqrt()
    };
    rows.chunks_exact(objective.x.features).map(root).collect()
}

/// x·w.
struct Dot<'a>(&'a [f64], &'a [f64]);

impl WithSimd for Dot<'_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        let [dot] = kernel::dots(simd, [self.0], self.1);
        dot
    }
}
