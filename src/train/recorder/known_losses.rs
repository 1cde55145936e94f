//! The targets of rows under the loss of a run, and losses that are known without training: of the best constant, the
//! best linear model, and perfect predictions.

use super::constant;
use crate::config::Settings;
use crate::config::settings::Loss;
use crate::train::datasets::Rows;
use crate::train::rows::targets;

/// Rows under the loss of a run.
pub struct LossTargets<'a> {
    loss: Loss,
    columns: usize,
    /// Targets, rows × columns, row-major.
    y: Vec<f64>,
    /// The classes of the rows, and the class weights.
    weighted: Option<(&'a [f64], &'a [f64])>,
}

impl<'a> LossTargets<'a> {
    /// Returns the rows for a run with a number of outputs, and class weights if any.
    pub fn new(
        settings: &Settings,
        rows: &'a Rows,
        columns: usize,
        weights: Option<&'a [f64]>,
    ) -> LossTargets<'a> {
        LossTargets {
            loss: settings.loss,
            columns,
            y: targets(rows, columns, &settings.labels),
            weighted: weights.map(|weights| (&rows.y[..], weights)),
        }
    }

    /// Returns the constant with the lowest loss, one number per column.
    pub fn best_constant(&self) -> Vec<f64> {
        let column = |k| self.y.iter().skip(k).step_by(self.columns);
        if self.weighted.is_none() {
            return (0..self.columns)
                .map(|k| constant::best(self.loss, column(k)))
                .collect();
        }
        // The weighted frequencies of the classes.
        let parts = self.parts();
        let sum = |k| parts.iter().skip(k).step_by(self.columns).sum::<f64>();
        let all: f64 = match self.columns {
            1 => self.total(),
            _ => parts.iter().sum(),
        };
        (0..self.columns).map(|k| sum(k) / all).collect()
    }

    /// Returns perfect predictions, row-major: the labels, or normalized weighted labels for smoothed classes with
    /// weights.
    pub fn perfect(&self) -> Vec<f64> {
        let mut says = self.parts();
        for row in says
            .chunks_exact_mut(self.columns)
            .filter(|row| row.len() > 1)
        {
            let all: f64 = row.iter().sum();
            row.iter_mut().for_each(|part| *part /= all);
        }
        says
    }

    /// Returns the mean loss of predictions, which have one row per row, or a single row for all.
    pub fn mean_loss(&self, says: &[f64]) -> f64 {
        let of_entry = |(y, c): (&f64, &f64)| match self.loss {
            Loss::Mse => (c - y).powi(2),
            Loss::Mae => (c - y).abs(),
            Loss::Huber { delta } => {
                let r = (c - y).abs();
                let within = r.min(delta);
                within * (r - 0.5 * within)
            }
            Loss::Bce => -(times_ln(*y, *c) + times_ln(1.0 - y, 1.0 - c)),
            Loss::CrossEntropy => -times_ln(*y, *c),
        };
        let losses = self.y.iter().zip(says.iter().cycle()).map(of_entry);
        if self.weighted.is_some() {
            let losses = losses.enumerate().map(|(i, loss)| self.weight(i) * loss);
            return losses.sum::<f64>() / self.total();
        }
        let entries_per_mean = match self.loss {
            Loss::CrossEntropy => self.y.len() / self.columns,
            Loss::Mse | Loss::Mae | Loss::Huber { .. } | Loss::Bce => self.y.len(),
        };
        losses.sum::<f64>() / entries_per_mean as f64
    }

    /// Returns the weight of an entry of y.
    fn weight(&self, entry: usize) -> f64 {
        match (self.weighted, self.columns) {
            (None, _) => 1.0,
            (Some((classes, weights)), 1) => weights[classes[entry] as usize],
            (Some((_, weights)), columns) => weights[entry % columns],
        }
    }

    /// Returns y, each entry times its weight; unchanged without weights.
    fn parts(&self) -> Vec<f64> {
        match self.weighted {
            None => self.y.clone(),
            Some(_) => {
                let y = self.y.iter().enumerate();
                y.map(|(i, y)| self.weight(i) * y).collect()
            }
        }
    }

    /// Returns the total weight of all rows.
    fn total(&self) -> f64 {
        let (classes, weights) = self.weighted.unwrap_or_default();
        classes.iter().map(|class| weights[*class as usize]).sum()
    }
}

/// Returns a ln b, which is 0 for a = 0.
fn times_ln(a: f64, b: f64) -> f64 {
    if a == 0.0 { 0.0 } else { a * b.ln() }
}
