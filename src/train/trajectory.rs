//! The way of the weights of a linear model as it grows: when to look, what to take down, and the risk
//! of two weights as a function of them.
//!
//! Of two weights all follows from the weights themselves, so that every engine can say where it is.

use super::Job;
use super::schedule::Schedule;
use crate::data::Rows;
use crate::spec::Settings;
use crate::spec::settings::{Loss, Model, OutputActivation};
use crate::trace::{Bowl, Real, Trajectory};

/// About how many looks are spread evenly over the updates, and as many over their logarithm.
const LOOKS: u64 = 32;

/// Digits of what is taken down: more than a picture shows.
const DIGITS: usize = 6;

/// After how many updates of so many to look, start and end among them: the first ones one by one, then
/// ever less often, but never less often than evenly.
pub fn looks(steps: u64) -> Vec<u64> {
    let even = (0..=LOOKS).map(|i| (u128::from(i) * u128::from(steps) / u128::from(LOOKS)) as u64);
    let factor = (steps.max(1) as f64).powf(1.0 / LOOKS as f64);
    let ever_less = (0..=LOOKS).map(|i| factor.powf(i as f64).round() as u64);
    let mut all: Vec<u64> = even
        .chain(ever_less)
        .filter(|step| *step <= steps)
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// A look at the weights.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Seen {
    /// Updates made.
    pub iteration: u64,
    /// Passes over the rows.
    pub passes: f64,
    /// R(w).
    pub risk: f64,
    /// (R(w) − R(w*)) / (R(0) − R(w*)), where w* is known.
    pub excess: Option<f64>,
    /// ‖∇R(w)‖ / ‖∇R(0)‖.
    pub gradient: f64,
}

/// Takes down a look, with the weights where they are to be kept.
pub fn take_down(trajectory: &mut Trajectory, seen: Seen, weights: &[f64]) {
    let short = |x: f64| Real(rounded(x, DIGITS));
    trajectory.iterations.push(seen.iteration);
    trajectory.passes.push(short(seen.passes));
    // A risk is compared with others near it.
    trajectory.risk.push(Real(rounded(seen.risk, 2 * DIGITS)));
    trajectory.excess.extend(seen.excess.map(short));
    trajectory.gradient.push(short(seen.gradient));
    trajectory.weights.resize(weights.len(), Vec::new());
    for (column, weight) in trajectory.weights.iter_mut().zip(weights) {
        column.push(short(*weight));
    }
}

/// With so many digits.
pub fn rounded(x: f64, digits: usize) -> f64 {
    format!("{x:.*e}", digits - 1).parse().unwrap_or(x)
}

/// The square loss of rows with one feature over a weight and a bias; none where the feature never
/// changes.
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

/// The way of a weight and a bias, whose risk is a [`Bowl`].
#[derive(Debug)]
pub struct Way {
    bowl: Bowl,
    /// R(0) − R(w*) and ‖∇R(0)‖.
    from_zero: (f64, f64),
    taken: Trajectory,
}

impl Way {
    /// Of rows with one feature.
    pub fn new(rows: &Rows) -> Option<Way> {
        let bowl = bowl(rows)?;
        Some(Way {
            from_zero: (bowl.above([0.0; 2]), bowl.slope([0.0; 2])),
            taken: Trajectory {
                lowest: Some(bowl.lowest),
                bowl: Some(bowl),
                ..Trajectory::default()
            },
            bowl,
        })
    }

    /// Takes down where the weights are.
    pub fn look(&mut self, iteration: u64, passes: f64, weights: [f64; 2]) {
        let above = self.bowl.above(weights);
        let seen = Seen {
            iteration,
            passes,
            risk: self.bowl.lowest.0 + above,
            excess: Some(above / self.from_zero.0),
            gradient: self.bowl.slope(weights) / self.from_zero.1,
        };
        take_down(&mut self.taken, seen, &weights);
        let [u, v] = self.bowl.from_optimum(weights);
        let [w, b] = self.bowl.optimum.map(|weight| weight.0);
        self.taken.error = Some(Real(rounded(u.hypot(v) / w.hypot(b), DIGITS)));
    }

    /// All that was taken down.
    pub fn into_trajectory(self) -> Trajectory {
        self.taken
    }
}

/// The way of the trainer, where the model has two weights and a risk that is a [`Bowl`].
#[derive(Debug)]
pub struct Trained {
    way: Way,
    looks: Vec<u64>,
    steps_per_epoch: u64,
}

impl Trained {
    /// Of a job that has not begun.
    pub fn new(job: &Job, schedule: &Schedule) -> Option<Trained> {
        let data = job.data.as_ref()?;
        let sizes = (data.features.len(), data.train.targets);
        let drawn = sizes == (1, 1) && is_least_squares(job.settings);
        Some(Trained {
            way: Way::new(&data.train).filter(|_| drawn)?,
            looks: looks(schedule.steps),
            steps_per_epoch: schedule.steps_per_epoch,
        })
    }

    /// Whether a look is due after so many updates; `last` says that no more follow.
    pub fn is_due(&self, step: u64, last: bool) -> bool {
        last || self.looks.binary_search(&step).is_ok()
    }

    /// Takes down the weights, one entry per tensor.
    pub fn look(&mut self, step: u64, numbers: &[Vec<f64>]) {
        if let [w, b] = numbers.concat()[..] {
            let passes = step as f64 / self.steps_per_epoch as f64;
            self.way.look(step, passes, [w, b]);
        }
    }

    /// All that was taken down.
    pub fn into_trajectory(self) -> Trajectory {
        self.way.into_trajectory()
    }
}

fn is_least_squares(settings: &Settings) -> bool {
    settings.model == Model::Linear
        && settings.loss == Loss::Mse
        && settings.output == OutputActivation::Linear
        && !settings.is_normed()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn start_and_end_are_looked_at_and_the_first_updates_one_by_one() {
        assert_eq!(looks(0), [0]);
        assert_eq!(looks(3), [0, 1, 2, 3]);
        for steps in [40, 1000, 13_900, 2_000_000] {
            let all = looks(steps);
            assert!(all.len() <= 66, "{steps}: {}", all.len());
            assert!(all.is_sorted_by(|a, b| a < b));
            assert_eq!((all[1], all.last()), (1, Some(&steps)));
        }
    }

    #[test]
    fn the_bowl_is_the_mean_square_loss() {
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
