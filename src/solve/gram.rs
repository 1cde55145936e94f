//! The Hessian of a linear model: (1/n) Σ cᵢ Aug(xᵢ)Aug(xᵢ)ᵀ, with cᵢ the second derivative of the loss
//! of row i. Of least squares it is (2/n) Aug(X)ᵀAug(X), whatever w is.
//!
//! A symmetric product, of which the lower triangle is made. Rows come in blocks, that a file larger than
//! memory can stream through, in their order: the same bits for any number of workers.

use super::product::{Block, Product, Shape};
use super::{Loss, Objective, kernel, sigmoid};
use pulp::{Arch, Simd, WithSimd};

/// Entries of X in a block of rows, 64 MB: as long as nobody asks whether to halt.
const BLOCK: usize = 8_388_608;
/// Fewest rows of a block, so that its products are worth reading the result for.
const LEAST_ROWS: usize = 512;

/// The Hessian at w, p × p, column after column; its lower triangle counts. None where `halted` says
/// so on the way.
pub fn hessian(
    objective: &Objective,
    w: &[f64],
    workers: usize,
    halted: &dyn Fn() -> bool,
) -> Option<Vec<f64>> {
    let (d, p) = (objective.x.features, objective.weights());
    // Rows are packed in eights.
    let tall = (BLOCK / d.next_multiple_of(8)).max(LEAST_ROWS);
    let shape = Shape {
        features: d,
        bias: objective.bias,
    };
    let (mut product, mut all) = (Product::new(shape, workers), vec![0.0; p * p]);
    for rows in objective.x.values.chunks(tall * d) {
        if halted() {
            return None;
        }
        let roots = roots(objective, rows, w);
        let roots = roots.as_deref();
        product.add(Block { rows, roots }, &mut all);
    }
    let factor = match objective.loss {
        Loss::Square => 2.0,
        Loss::Logistic => 1.0,
    };
    let n = objective.rows() as f64;
    all.iter_mut().for_each(|x| *x *= factor / n);
    Some(all)
}

/// √cᵢ of some rows; none of least squares, whose share is the same.
fn roots(objective: &Objective, rows: &[f64], w: &[f64]) -> Option<Vec<f64>> {
    if objective.loss == Loss::Square {
        return None;
    }
    let (arch, (w, bias)) = (Arch::new(), objective.split(w));
    let root = |row| {
        let probability = sigmoid(arch.dispatch(Dot(row, w)) + bias);
        (probability * (1.0 - probability)).sqrt()
    };
    Some(rows.chunks_exact(objective.x.features).map(root).collect())
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
