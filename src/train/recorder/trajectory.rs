//! The trajectory of the weights of a linear model: when to record it, what to record, and the loss as a function of
//! two weights.
//!
//! With two weights, everything follows from the weights, so every executor can record a trajectory.

use crate::config::Settings;
use crate::config::settings::{Loss, ModelSettings, OutputActivation};
use crate::trace::{Bowl, Real, Trajectory};
use crate::train::Job;
use crate::train::datasets::Rows;
use crate::train::schedule::Schedule;

/// Approximate number of points that are evenly spaced over the updates, and of points on a log scale.
const POINTS: u64 = 32;

/// Number of recorded digits, more than a plot shows.
const DIGITS: usize = 6;

/// Returns the numbers of updates at which to record a point, including start and end: the first updates one by one,
/// then with increasing distance up to even spacing.
pub fn steps_to_record(steps: u64) -> Vec<u64> {
    let even =
        (0..=POINTS).map(|i| (u128::from(i) * u128::from(steps) / u128::from(POINTS)) as u64);
    let factor = (steps.max(1) as f64).powf(1.0 / POINTS as f64);
    let ever_less = (0..=POINTS).map(|i| factor.powf(i as f64).round() as u64);
    let mut all: Vec<u64> = even
        .chain(ever_less)
        .filter(|step| *step <= steps)
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// A point of the trajectory.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrajectoryPoint {
    /// Number of updates.
    pub iteration: u64,
    /// Number of passes over the rows.
    pub passes: f64,
    /// R(w).
    pub risk: f64,
    /// (R(w) − R(w*)) / (R(0) − R(w*)), if w* is known.
    pub excess: Option<f64>,
    /// ‖∇R(w)‖ / ‖∇R(0)‖.
    pub gradient: f64,
}

/// Records a point, with the weights if they are kept.
pub fn record_point(trajectory: &mut Trajectory, point: TrajectoryPoint, weights: &[f64]) {
    let short = |x: f64| Real(rounded(x, DIGITS));
    trajectory.iterations.push(point.iteration);
    trajectory.passes.push(short(point.passes));
    // Losses are compared with others nearby, so they have more digits.
    trajectory.risk.push(Real(rounded(point.risk, 2 * DIGITS)));
    trajectory.excess.extend(point.excess.map(short));
    trajectory.gradient.push(short(point.gradient));
    trajectory.weights.resize(weights.len(), Vec::new());
    for (column, weight) in trajectory.weights.iter_mut().zip(weights) {
        column.push(short(*weight));
    }
}

/// Rounds to a number of significant digits.
pub fn rounded(x: f64, digits: usize) -> f64 {
    format!("{x:.*e}", digits - 1).parse().unwrap_or(x)
}

/// Returns the squared error of rows with one feature as a function of a weight and a bias; `None` for a constant
/// feature.
pub fn bowl(rows: &Rows) -> Option<Bowl> {
    let n = rows.len() as f64;
    let mean = |values: &[f64]| values.iter().sum::<f64>() / n;
    let (x, y) = (mean(&rows.x), mean(&rows.y));
    let pairs = || rows.x.iter().zip(&rows.y);
    let squares = pairs().map(|(own, _)| (own - x).powi(2)).sum::<f64>();
    let products = pairs().map(|(own, of)| (own - x) * (of - y)).sum::<f64>();
    let w = products / squares;
    let b = y - w * x;
    let off = pairs().map(|(own, of)| (w * own + b - of).powi(2));
    let bowl = Bowl {
        optimum: [Real(w), Real(b)],
        curvature: [Real(squares / n + x * x), Real(x), Real(1.0)],
        lowest: Real(off.sum::<f64>() / n),
    };
    (squares > 0.0 && w.is_finite() && b.is_finite()).then_some(bowl)
}

/// The trajectory of a weight and a bias with a [`Bowl`] as loss.
#[derive(Debug)]
pub struct BowlTrajectory {
    bowl: Bowl,
    /// R(0) − R(w*) and ‖∇R(0)‖.
    from_zero: (f64, f64),
    taken: Trajectory,
}

impl BowlTrajectory {
    /// Returns a trajectory for rows with one feature.
    pub fn new(rows: &Rows) -> Option<BowlTrajectory> {
        let bowl = bowl(rows)?;
        Some(BowlTrajectory {
            from_zero: (bowl.above([0.0; 2]), bowl.slope([0.0; 2])),
            taken: Trajectory {
                lowest: Some(bowl.lowest),
                bowl: Some(bowl),
                ..Trajectory::default()
            },
            bowl,
        })
    }

    /// Records the weights.
    pub fn record(&mut self, iteration: u64, passes: f64, weights: [f64; 2]) {
        let above = self.bowl.above(weights);
        let point = TrajectoryPoint {
            iteration,
            passes,
            risk: self.bowl.lowest.0 + above,
            excess: Some(above / self.from_zero.0),
            gradient: self.bowl.slope(weights) / self.from_zero.1,
        };
        record_point(&mut self.taken, point, &weights);
        let [u, v] = self.bowl.from_optimum(weights);
        let [w, b] = self.bowl.optimum.map(|weight| weight.0);
        self.taken.error = Some(Real(rounded(u.hypot(v) / w.hypot(b), DIGITS)));
    }

    /// Returns all recorded points.
    pub fn into_trajectory(self) -> Trajectory {
        self.taken
    }
}

/// The trajectory of step-by-step training, if the model has two weights and a [`Bowl`] as loss.
#[derive(Debug)]
pub struct TrainingTrajectory {
    points: BowlTrajectory,
    due: Vec<u64>,
    steps_per_epoch: u64,
}

impl TrainingTrajectory {
    /// Returns the trajectory of a job before training.
    pub fn new(job: &Job, schedule: &Schedule) -> Option<TrainingTrajectory> {
        let data = job.data.as_ref()?;
        let sizes = (data.features.len(), data.train.targets);
        let drawn = sizes == (1, 1) && is_least_squares(job.settings);
        Some(TrainingTrajectory {
            points: BowlTrajectory::new(&data.train).filter(|_| drawn)?,
            due: steps_to_record(schedule.steps),
            steps_per_epoch: schedule.steps_per_epoch,
        })
    }

    /// Returns whether a point is due after `step` updates; `last` is true at the end of the run.
    pub fn is_due(&self, step: u64, last: bool) -> bool {
        last || self.due.binary_search(&step).is_ok()
    }

    /// Records the weights, one entry per tensor.
    pub fn record(&mut self, step: u64, numbers: &[Vec<f64>]) {
        if let [w, b] = numbers.concat()[..] {
            let passes = step as f64 / self.steps_per_epoch as f64;
            self.points.record(step, passes, [w, b]);
        }
    }

    /// Returns all recorded points.
    pub fn into_trajectory(self) -> Trajectory {
        self.points.into_trajectory()
    }
}

fn is_least_squares(settings: &Settings) -> bool {
    settings.model == ModelSettings::Linear
        && settings.loss == Loss::Mse
        && settings.output == OutputActivation::Linear
        && !settings.is_normed()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn recorded_steps_include_start_and_end_and_the_first_updates_one_by_one() {
        assert_eq!(steps_to_record(0), [0]);
        assert_eq!(steps_to_record(3), [0, 1, 2, 3]);
        for steps in [40, 1000, 13_900, 2_000_000] {
            let all = steps_to_record(steps);
            assert!(all.len() <= 66, "{steps}: {}", all.len());
            assert!(all.is_sorted_by(|a, b| a < b));
            assert_eq!((all[1], all.last()), (1, Some(&steps)));
        }
    }

    #[test]
    fn the_bowl_is_the_mean_squared_error() {
        let rows = Rows {
            x: vec![0.5, -1.0, 2.0, 4.0].into(),
            y: vec![1.0, 0.0, 5.0, 3.0],
            ..Rows::default()
        };
        let bowl = bowl(&rows).unwrap();
        let risk = |w: f64, b: f64| {
            let pairs = rows.x.iter().zip(&rows.y);
            pairs.map(|(x, y)| (w * x + b - y).powi(2)).sum::<f64>() / 4.0
        };
        for [w, b] in [[0.0, 0.0], [1.0, -2.0], [-3.0, 0.7]] {
            assert!((bowl.lowest.0 + bowl.above([w, b]) - risk(w, b)).abs() < 1e-12);
            let by = |dw: f64, db: f64| (risk(w + dw, b + db) - risk(w - dw, b - db)) / 2e-4;
            let slope = by(1e-4, 0.0).hypot(by(0.0, 1e-4));
            assert!((bowl.slope([w, b]) - slope).abs() < 1e-6);
        }
        let still = Rows {
            x: vec![2.0; 4].into(),
            ..rows
        };
        assert_eq!(super::bowl(&still), None);
    }
}
