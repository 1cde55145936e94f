//! Logistic regression has one optimum, and `experiments/logistic.toml` reaches it: compares the training loss with
//! that of Newton's method on the same rows, in f64.
#![allow(clippy::unwrap_used)]

mod common;

use common::{every_engine, run_on};
use std::path::Path;
use sweep::config::Overrides;
use sweep::config::settings::BatchSize;
use sweep::execute::executor_of;
use sweep::load::load;
use sweep::train::datasets::{Rows, dataset};

/// Returns a row of two features with a 1 for the bias.
fn augmented(rows: &Rows, i: usize) -> [f64; 3] {
    [rows.x[2 * i], rows.x[2 * i + 1], 1.0]
}

fn dot(a: &[f64; 3], b: &[f64; 3]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Returns the loss: the mean of log(1 + e^z) − y z.
fn risk(rows: &Rows, w: &[f64; 3]) -> f64 {
    let loss = |i| {
        let z = dot(w, &augmented(rows, i));
        z.max(0.0) + (-z.abs()).exp().ln_1p() - rows.y[i] * z
    };
    (0..rows.len()).map(loss).sum::<f64>() / rows.len() as f64
}

/// Solves H s = g by Gaussian elimination. H is positive definite, so it needs no pivoting.
fn solve(mut h: [[f64; 3]; 3], mut g: [f64; 3]) -> [f64; 3] {
    for k in 0..3 {
        for i in k + 1..3 {
            let factor = h[i][k] / h[k][k];
            let pivot = h[k];
            h[i].iter_mut()
                .zip(pivot)
                .for_each(|(h, p)| *h -= factor * p);
            g[i] -= factor * g[k];
        }
    }
    let mut s = [0.0; 3];
    for i in (0..3).rev() {
        let known: f64 = (i + 1..3).map(|j| h[i][j] * s[j]).sum();
        s[i] = (g[i] - known) / h[i][i];
    }
    s
}

/// Returns the minimum loss: iterates w ← w − H⁻¹ ∇R(w) from 0 until the gradient vanishes.
fn optimum(rows: &Rows) -> f64 {
    let mut w = [0.0; 3];
    for _ in 0..50 {
        let (mut gradient, mut hessian) = ([0.0; 3], [[0.0; 3]; 3]);
        for i in 0..rows.len() {
            let x = augmented(rows, i);
            let p = 1.0 / (1.0 + (-dot(&w, &x)).exp());
            for a in 0..3 {
                gradient[a] += (p - rows.y[i]) * x[a];
                for b in 0..3 {
                    hessian[a][b] += p * (1.0 - p) * x[a] * x[b];
                }
            }
        }
        let step = solve(hessian, gradient);
        w.iter_mut().zip(step).for_each(|(w, s)| *w -= s);
        if dot(&gradient, &gradient).sqrt() < 1e-10 * rows.len() as f64 {
            return risk(rows, &w);
        }
    }
    panic!("Newton's method found no optimum: are the classes separable?")
}

#[test]
fn every_initialization_reaches_the_exact_optimum() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("experiments/logistic.toml");
    let executors = every_engine();
    let sweep = load(&file, &Overrides::default()).unwrap();
    for cell in &sweep.cells {
        let rows = dataset(&cell.settings.data, &sweep.files, 0).unwrap();
        let (engine, _) = executor_of(&executors, &cell.settings).unwrap();
        let trace = run_on(engine, &cell.settings, Some(&rows), 0);
        let trained = trace.end().unwrap().loss.0;
        let best = optimum(&rows.train);
        let excess = (trained - best) / best;
        // f32 has seven digits, and stochastic gradients oscillate around the optimum.
        let allowed = match cell.settings.batch {
            BatchSize::Full => 1e-6,
            BatchSize::Rows(_) => 1e-2,
        };
        assert!(
            excess > -1e-6 && excess < allowed,
            "{:?}: {trained} against {best}",
            cell.varied
        );
    }
}
