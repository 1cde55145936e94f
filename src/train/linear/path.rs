//! The path of a solver: points at some of its iterations, and a clock that excludes the time for them.

use super::problem::{Objective, norm};
use super::solution::{PathPoint, SolverStatus, StopCriteria};
use std::time::{Duration, Instant};

/// Factor of the loss at w = 0 beyond which a run counts as diverged.
const HOPELESS: f64 = 1e6;

/// Returns the iterations at which to record a point: all if there are at most `most`, else evenly spaced on a log
/// scale, including the first (0) and the last.
pub fn path_iterations(iterations: u64, most: usize) -> Vec<u64> {
    let most = most.max(2) as u64;
    if iterations < most {
        return (0..=iterations).collect();
    }
    let top = (iterations as f64 + 1.0).ln();
    let at = |k: u64| ((top * k as f64 / (most - 1) as f64).exp() - 1.0).round() as u64;
    let mut all: Vec<u64> = (0..most - 1).map(at).chain([iterations]).collect();
    all.dedup();
    all
}

/// Measures the time of a solver.
pub struct Stopwatch {
    before: Duration,
    since: Instant,
}

impl Stopwatch {
    pub fn start() -> Self {
        Stopwatch {
            before: Duration::ZERO,
            since: Instant::now(),
        }
    }

    pub fn seconds(&self) -> f64 {
        (self.before + self.since.elapsed()).as_secs_f64()
    }

    /// Excludes the time of a function.
    pub fn without<T>(&mut self, function: impl FnOnce() -> T) -> T {
        self.before += self.since.elapsed();
        let result = function();
        self.since = Instant::now();
        result
    }
}

/// The points so far.
pub struct Path {
    pub points: Vec<PathPoint>,
    stop: StopCriteria,
    /// R(0) and ‖∇R(0)‖.
    start: [f64; 2],
    few_weights: bool,
}

/// The current state of a solver.
pub struct Iterate<'a> {
    pub iteration: u64,
    pub passes: f64,
    pub seconds: f64,
    pub risk: f64,
    pub gradient: &'a [f64],
    pub weights: &'a [f64],
}

impl Path {
    /// Returns an empty path from R(0) and its gradient.
    pub fn new(objective: &Objective, stop: StopCriteria, risk: f64, gradient: &[f64]) -> Self {
        Path {
            points: Vec::new(),
            stop,
            start: [risk, norm(gradient)],
            few_weights: objective.weights() <= 2,
        }
    }

    /// Returns ‖∇R(w)‖ / ‖∇R(0)‖.
    fn share(&self, gradient: &[f64]) -> f64 {
        match norm(gradient) {
            0.0 => 0.0,
            size => size / self.start[1],
        }
    }

    /// Adds a point.
    pub fn push(&mut self, here: &Iterate) {
        self.points.push(PathPoint {
            iteration: here.iteration,
            passes: here.passes,
            risk: here.risk,
            gradient: self.share(here.gradient),
            seconds: here.seconds,
            weights: self.few_weights.then(|| here.weights.to_vec()),
        });
    }

    /// Returns how the solver ends here, if it does.
    pub fn ends(&self, here: &Iterate) -> Option<SolverStatus> {
        let share = self.share(here.gradient);
        let lost = !here.risk.is_finite() || !share.is_finite();
        if lost || here.risk > HOPELESS * self.start[0] {
            return Some(SolverStatus::Diverged);
        }
        let flat = share == 0.0 || self.stop.gradient.is_some_and(|most| share <= most);
        let low = self.stop.excess.is_some_and(|excess| {
            here.risk - excess.optimum <= excess.share * (self.start[0] - excess.optimum)
        });
        if flat || low {
            return Some(SolverStatus::Converged);
        }
        (here.iteration >= self.stop.iterations).then_some(SolverStatus::IterationsSpent)
    }
}
