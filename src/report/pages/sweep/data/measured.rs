//! The quantity for hyperparameter importance: the median of every cell. Values that are not finite are replaced by
//! the worst or best finite one.

use super::variance::squares;
use crate::config::Quantity;
use crate::diagnose::expectations::{count, over_seeds};
use crate::report::shared::number::percent;
use crate::report::shared::stats::seed_stats;
use crate::results::Results;

/// A quantity of all cells and runs that have it.
pub struct MeasuredQuantity {
    /// Name of the quantity.
    pub name: &'static str,
    /// One entry per cell that has it.
    pub cells: Vec<MeasuredCell>,
    /// Number of cells with replaced values.
    clamped: usize,
    is_skill: bool,
}

/// One cell.
pub struct MeasuredCell {
    /// Place of the cell in the results.
    pub place: usize,
    /// Median over the runs.
    pub median: f64,
    /// One value per run.
    runs: Vec<f64>,
}

impl MeasuredQuantity {
    /// Returns the skill; without skills, the final loss, as logarithm if no loss is negative.
    pub fn of(results: &Results) -> MeasuredQuantity {
        let over = |quantity| -> Vec<(usize, Vec<f64>)> {
            let cells = results.cells.iter().enumerate();
            let cells = cells.map(|(place, cell)| (place, over_seeds(cell, quantity)));
            cells.filter(|(_, values)| !values.is_empty()).collect()
        };
        let skills = over(Quantity::Skill);
        match skills.is_empty() {
            // A run worse than the best constant has not learned, however much worse it is.
            false => MeasuredQuantity::from("median skill", true, skills, |skill| skill.max(0.0)),
            true => {
                let losses = over(Quantity::TrainLoss);
                // Losses of one-weight models can be negative.
                let mut all = losses.iter().flat_map(|(_, runs)| runs);
                match all.any(|loss| *loss < 0.0) {
                    true => MeasuredQuantity::from("median final loss", false, losses, |loss| loss),
                    false => {
                        let name = "median log₁₀ of the final loss";
                        MeasuredQuantity::from(name, false, losses, f64::log10)
                    }
                }
            }
        }
    }

    fn from(
        name: &'static str,
        is_skill: bool,
        values: Vec<(usize, Vec<f64>)>,
        scale: impl Fn(f64) -> f64,
    ) -> MeasuredQuantity {
        let scaled: Vec<(usize, Vec<f64>)> = values
            .into_iter()
            .map(|(place, runs)| (place, runs.into_iter().map(&scale).collect()))
            .collect();
        let finite = || {
            scaled
                .iter()
                .flat_map(|(_, runs)| runs)
                .copied()
                .filter(|v| v.is_finite())
        };
        let (low, high) = finite().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| {
            (v.min(low), v.max(high))
        });
        if low > high {
            return MeasuredQuantity {
                name,
                cells: Vec::new(),
                clamped: 0,
                is_skill,
            };
        }
        let bounded = |v: f64| if v.is_nan() { high } else { v.clamp(low, high) };
        let clamped = scaled
            .iter()
            .filter(|(_, runs)| runs.iter().any(|v| !v.is_finite()))
            .count();
        let cell = |(place, runs): (usize, Vec<f64>)| {
            let runs: Vec<f64> = runs.into_iter().map(bounded).collect();
            let median = seed_stats(&runs)?.median?;
            Some(MeasuredCell {
                place,
                median,
                runs,
            })
        };
        MeasuredQuantity {
            name,
            clamped,
            is_skill,
            cells: scaled.into_iter().filter_map(cell).collect(),
        }
    }

    /// Returns sentences about missing and replaced values, and about the share of seeds.
    pub fn notes(&self, of: usize) -> Vec<String> {
        let mut notes = Vec::new();
        if self.is_skill {
            notes.push("Negative skills and diverged runs count as 0.".to_owned());
        } else if self.clamped > 0 {
            notes.push(format!(
                "{} with diverged runs or losses of 0: these count as the worst or best finite loss.",
                count(self.clamped, "cell")
            ));
        }
        let missing = of - self.cells.len();
        if missing > 0 {
            notes.push(format!("{} without a value.", count(missing, "cell")));
        }
        let seeds = self.seeds();
        if seeds > 0.0 {
            notes.push(format!(
                "Differences between seeds explain {} of the variance over all runs.",
                percent(seeds)
            ));
        }
        notes
    }

    /// Returns the share of the variance over all runs that is within cells.
    fn seeds(&self) -> f64 {
        let all: Vec<f64> = self
            .cells
            .iter()
            .flat_map(|cell| cell.runs.iter().copied())
            .collect();
        let within: f64 = self.cells.iter().map(|cell| squares(&cell.runs)).sum();
        match squares(&all) {
            total if total > 0.0 => within / total,
            _ => 0.0,
        }
    }
}
