//! The Hessian of a linear model: (1/n) Σ cᵢ Aug(xᵢ)Aug(xᵢ)ᵀ, with cᵢ the second derivative of the loss
//! of row i. Of least squares it is (2/n) Aug(X)ᵀAug(X), whatever w is.
//!
//! A symmetric rank-k product, of which the lower triangle is made. Rows come in blocks, that a file
//! larger than memory can stream through; workers take panels of columns of the result, each of which
//! has one owner at a time and sees the blocks in order: the same bits for any number of workers.

use super::pass::in_parallel;
use super::product::{self, Features};
use super::{Loss, Objective, kernel, sigmoid};
use pulp::{Arch, Simd, WithSimd};

/// Entries of X in a block of rows, 64 MB.
const BLOCK: usize = 8_388_608;
/// Fewest rows of a block, so that its products are worth reading the result for.
const LEAST_ROWS: usize = 512;
/// Columns of a panel.
const PANEL: usize = 256;

/// The Hessian at w, p × p, column after column; its lower triangle counts. None where `halted` says
/// so on the way.
pub fn hessian(
    objective: &Objective,
    w: &[f64],
    workers: usize,
    halted: &dyn Fn() -> bool,
) -> Option<Vec<f64>> {
    let (d, p) = (objective.x.features, objective.weights());
    let tall = (BLOCK / d).max(LEAST_ROWS);
    let mut all = vec![0.0; p * p];
    for rows in objective.x.values.chunks(tall * d) {
        if halted() {
            return None;
        }
        let curved = Curved::new(objective, rows, w);
        in_parallel(
            workers,
            all.chunks_mut(p * PANEL).enumerate(),
            |(k, panel)| {
                curved.add(panel, k * PANEL, p);
            },
        );
    }
    let factor = match objective.loss {
        Loss::Square => 2.0,
        Loss::Logistic => 1.0,
    };
    let n = objective.rows() as f64;
    all.iter_mut().for_each(|x| *x *= factor / n);
    Some(all)
}

/// A block of rows, each times the root of its share in the Hessian.
struct Curved<'a> {
    arch: Arch,
    rows: std::borrow::Cow<'a, [f64]>,
    roots: Vec<f64>,
    d: usize,
}

impl<'a> Curved<'a> {
    /// Of least squares the rows themselves: their share is the same.
    fn new(objective: &Objective, rows: &'a [f64], w: &[f64]) -> Self {
        let d = objective.x.features;
        let (arch, count) = (Arch::new(), rows.len() / d);
        if objective.loss == Loss::Square {
            return Curved {
                arch,
                rows: rows.into(),
                roots: vec![1.0; count],
                d,
            };
        }
        let (w, bias) = objective.split(w);
        let mut scaled = rows.to_vec();
        let roots = scaled.chunks_exact_mut(d).map(|row| {
            let probability = sigmoid(arch.dispatch(Dot(row, w)) + bias);
            let root = (probability * (1.0 - probability)).sqrt();
            row.iter_mut().for_each(|x| *x *= root);
            root
        });
        let roots = roots.collect();
        Curved {
            arch,
            rows: scaled.into(),
            roots,
            d,
        }
    }

    /// Adds what the block has to say to a panel of the p × p result, which starts at a column.
    fn add(&self, panel: &mut [f64], start: usize, p: usize) {
        let d = self.d;
        let columns = panel.len() / p;
        let features = columns.min(d.saturating_sub(start));
        if features > 0 {
            let x = Features {
                rows: &self.rows,
                d,
            };
            product::add(x, start, features, panel, p);
        }
        if p > d {
            self.add_bias(panel, start, p, features);
        }
    }

    /// The last row of the result: the rows times the ones that a bias sees.
    fn add_bias(&self, panel: &mut [f64], start: usize, p: usize, features: usize) {
        let mut sums = vec![0.0; features];
        self.arch.dispatch(Sums {
            curved: self,
            start,
            sums: &mut sums,
        });
        let ends = panel.chunks_exact_mut(p).map(|column| &mut column[p - 1]);
        let of_bias: f64 = self.roots.iter().map(|root| root * root).sum();
        let sums = sums.into_iter().chain([of_bias]);
        ends.zip(sums).for_each(|(end, sum)| *end += sum);
    }
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

/// Σ rootᵢ xᵢ of the features from one on.
struct Sums<'a> {
    curved: &'a Curved<'a>,
    start: usize,
    sums: &'a mut [f64],
}

impl WithSimd for Sums<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let end = self.start + self.sums.len();
        let rows = self.curved.rows.chunks_exact(self.curved.d);
        for (row, root) in rows.zip(&self.curved.roots) {
            kernel::add(simd, [&row[self.start..end]], [*root], self.sums);
        }
    }
}
