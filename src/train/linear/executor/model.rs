//! The outputs of a linear model with a bias, and its exact loss.

use crate::config::settings;
use crate::trace::{Real, Score};
use crate::train::components::loss::correct;
use crate::train::datasets::{Dataset, Rows};
use crate::train::linear::problem::{RowLoss, sigmoid};
use crate::train::recorder::outputs::{Answers, Probe};

/// A linear model of one output.
#[derive(Debug, Clone, Copy)]
pub(super) struct LinearModel<'a> {
    data: &'a Dataset,
    loss: RowLoss,
}

impl<'a> LinearModel<'a> {
    /// Returns the model for a loss.
    pub fn new(loss: settings::Loss, data: &'a Dataset) -> LinearModel<'a> {
        let loss = match loss.is_cross_entropy() {
            true => RowLoss::Logistic,
            false => RowLoss::Square,
        };
        LinearModel { data, loss }
    }

    /// Returns the exact loss on some rows; `None` without rows.
    pub fn risk(&self, rows: &Rows, weights: &[f64]) -> Option<Score> {
        let n = rows.len() as f64;
        let losses = self.linear(&rows.x, weights).zip(&rows.y);
        let loss = losses.map(|(z, y)| self.loss.at(z, *y)[0]).sum::<f64>() / n;
        let accuracy = (!self.data.classes.is_empty()).then(|| {
            let says: Vec<f64> = self.outputs(&rows.x, weights).collect();
            Real(correct(&says, &rows.y, 1) as f64 / n)
        });
        (!rows.is_empty()).then_some(Score {
            loss: Real(loss),
            accuracy,
        })
    }

    /// Returns the outputs for the probe rows of a trace.
    pub fn answers(&self, probe: &Probe, weights: &[f64]) -> Answers {
        let asked = &self.data.train.x[..probe.rows() * self.data.features.len()];
        let rows: Vec<f64> = self.outputs(asked, weights).collect();
        let points = probe.points().map_or(Vec::new(), |(points, _)| points);
        let lattice: Vec<f64> = self.outputs(&points, weights).collect();
        Answers::new(&rows, &lattice, 1)
    }

    /// Returns σ(z) of every row.
    fn outputs(&self, x: &[f64], weights: &[f64]) -> impl Iterator<Item = f64> {
        let loss = self.loss;
        self.linear(x, weights).map(move |z| match loss {
            RowLoss::Square => z,
            RowLoss::Logistic => sigmoid(z),
        })
    }

    /// Returns z = Aug(x)·w of every row.
    fn linear(&self, x: &[f64], weights: &[f64]) -> impl Iterator<Item = f64> {
        let (w, bias) = weights.split_at(self.data.features.len());
        let bias = bias.iter().sum::<f64>();
        x.chunks_exact(w.len())
            .map(move |x| bias + x.iter().zip(w).map(|(x, w)| x * w).sum::<f64>())
    }
}
