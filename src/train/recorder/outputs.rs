//! The outputs of a model: for the probe rows, and on a lattice over one or two features.

use super::observe::rounded;
use crate::config::settings::{ModelSettings, OneWeightRisk};
use crate::trace::{Lattice, PROBE_ROWS, Predictions, Real};
use crate::train::Job;
use crate::train::components::risk;
use crate::train::datasets::Dataset;

/// Number of positions along a single feature.
const LATTICE_1: usize = 200;

/// Number of positions along each of two features.
const LATTICE_2: usize = 32;

/// Number of digits of outputs, relative to their range.
const OUTPUT_DIGITS: f64 = 3.0;

/// Number of digits of positions, which should look evenly spaced.
const POSITION_DIGITS: f64 = 4.0;

/// The points at which outputs are recorded.
#[derive(Debug)]
pub struct Probe {
    /// Number of probe rows.
    rows: usize,
    /// Positions along each feature, if there are one or two.
    axes: Vec<Vec<f64>>,
}

/// The outputs of a model at one time.
#[derive(Debug, Default)]
pub struct Answers {
    rows: Vec<Vec<Real>>,
    lattice: Vec<Vec<Real>>,
    /// The weight of a one-weight model.
    weight: Option<f64>,
}

impl Answers {
    /// Returns the outputs of a network for the probe rows and the lattice, row-major.
    pub fn new(rows: &[f64], lattice: &[f64], outputs: usize) -> Answers {
        Answers {
            rows: columns(rows, outputs),
            lattice: columns(lattice, if lattice.is_empty() { 0 } else { outputs }),
            weight: None,
        }
    }

    /// Returns the weight of a one-weight model.
    pub fn weight(weight: f64) -> Answers {
        Answers {
            weight: Some(weight),
            ..Answers::default()
        }
    }
}

impl Probe {
    /// Returns the probe of a job.
    pub fn new(job: &Job) -> Probe {
        match &job.data {
            Some(data) => Probe {
                rows: data.train.len().min(PROBE_ROWS),
                axes: axes(data),
            },
            None => Probe {
                rows: 1,
                axes: Vec::new(),
            },
        }
    }

    /// Returns the number of probe rows, which are the first training rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Returns the points of the lattice and their number of features; `None` for more than two.
    pub fn points(&self) -> Option<(Vec<f64>, usize)> {
        (!self.axes.is_empty()).then(|| (product(&self.axes), self.axes.len()))
    }

    /// Returns the predictions of a trace.
    pub fn predictions(&self, job: &Job, start: Answers, end: Answers) -> Predictions {
        if let ModelSettings::Risk(formula) = job.settings.model {
            return landscape(formula, &start, &end);
        }
        let Some(data) = &job.data else {
            return Predictions::default();
        };
        let d = data.features.len();
        let probed = self.rows;
        let own_units = |j: usize, column: &mut dyn Iterator<Item = &f64>| {
            let column: Vec<f64> = column.map(|x| x * data.scale[j] + data.shift[j]).collect();
            rounded_by_range(&column, POSITION_DIGITS)
        };
        let feature =
            |j: usize| own_units(j, &mut data.train.x.iter().skip(j).step_by(d).take(probed));
        let axis = |(j, axis): (usize, &Vec<f64>)| own_units(j, &mut axis.iter());
        let k = data.train.targets;
        let target: Vec<f64> = data
            .train
            .y
            .iter()
            .step_by(k)
            .take(probed)
            .copied()
            .collect();
        let drawn = |mut columns: Vec<Vec<Real>>| {
            if k > 1 {
                columns.truncate(1);
            }
            columns
        };
        Predictions {
            features: (0..d.min(2)).map(feature).collect(),
            target: rounded_by_range(&target, OUTPUT_DIGITS),
            start: drawn(start.rows),
            end: drawn(end.rows),
            lattice: (!self.axes.is_empty()).then(|| Lattice {
                axes: self.axes.iter().enumerate().map(axis).collect(),
                start: drawn(start.lattice),
                end: drawn(end.lattice),
            }),
        }
    }
}

/// Returns positions along each of one or two features, in the units of training: the range of the training rows plus
/// 5% on either side. Returns none for more features.
fn axes(data: &Dataset) -> Vec<Vec<f64>> {
    let d = data.features.len();
    let points = match d {
        1 => LATTICE_1,
        2 => LATTICE_2,
        _ => return Vec::new(),
    };
    let axis = |j: usize| {
        let column = || data.train.x.iter().skip(j).step_by(d).copied();
        let (low, high) = (
            column().fold(f64::INFINITY, f64::min),
            column().fold(f64::NEG_INFINITY, f64::max),
        );
        let margin = 0.05 * (high - low);
        even(low - margin, high + margin, points)
    };
    (0..d).map(axis).collect()
}

/// Returns every point of one or two axes; the last varies fastest.
fn product(axes: &[Vec<f64>]) -> Vec<f64> {
    match axes {
        [a, b] => a
            .iter()
            .flat_map(|x| b.iter().flat_map(move |y| [*x, *y]))
            .collect(),
        _ => axes.concat(),
    }
}

/// Returns evenly spaced points including both ends.
fn even(low: f64, high: f64, points: usize) -> Vec<f64> {
    (0..points)
        .map(|i| low + (high - low) * i as f64 / (points - 1) as f64)
        .collect()
}

/// Returns the k columns of a matrix, rounded.
fn columns(entries: &[f64], k: usize) -> Vec<Vec<Real>> {
    let column = |j| {
        let column: Vec<f64> = entries.iter().skip(j).step_by(k).copied().collect();
        rounded_by_range(&column, OUTPUT_DIGITS)
    };
    (0..k).map(column).collect()
}

/// Rounds to a number of digits relative to the range of the values, which is enough for a plot of them.
fn rounded_by_range(values: &[f64], digits: f64) -> Vec<Real> {
    let finite = || values.iter().copied().filter(|x| x.is_finite());
    let (low, high) = (
        finite().fold(f64::INFINITY, f64::min),
        finite().fold(f64::NEG_INFINITY, f64::max),
    );
    let decimals = digits - (high - low).log10().floor();
    let round = |x: &f64| match decimals {
        // A range of 0, or one that is too small or too large for all digits.
        d if !(0.0..=12.0).contains(&d) => rounded(*x),
        d => {
            let ten = 10_f64.powi(d as i32);
            (x * ten).round() / ten
        }
    };
    values.iter().map(|x| Real(round(x))).collect()
}

/// Returns the outputs of a one-weight model: its weight, and R over its range as the lattice.
fn landscape(formula: OneWeightRisk, start: &Answers, end: &Answers) -> Predictions {
    let [low, high] = risk::range(formula);
    let axis = even(low, high, LATTICE_1);
    let risks = axis.iter().map(|w| Real(rounded(risk::value(formula, *w))));
    let risks = vec![risks.collect::<Vec<_>>()];
    let weight = |answers: &Answers| vec![answers.weight.map(Real).into_iter().collect()];
    Predictions {
        features: Vec::new(),
        target: Vec::new(),
        start: weight(start),
        end: weight(end),
        lattice: Some(Lattice {
            axes: vec![axis.iter().map(|w| Real(rounded(*w))).collect()],
            start: risks.clone(),
            end: risks,
        }),
    }
}
