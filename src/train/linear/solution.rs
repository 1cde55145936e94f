//! What a solver needs besides its problem, and its result: when to stop, and the [`Solution`] with its path.

/// When to stop: at the first criterion that holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StopCriteria {
    /// ‖∇R(w)‖ is at most this share of ‖∇R(0)‖.
    pub gradient: Option<f64>,
    /// The excess loss is at most this.
    pub excess: Option<Excess>,
    /// Maximum number of iterations.
    pub iterations: u64,
}

/// A bound on the excess loss (R(w) − R(w*)) / (R(0) − R(w*)). It is 1 at the start and 0 at the optimum, has no
/// unit, and is meaningful if R(w*) is 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Excess {
    /// The bound.
    pub share: f64,
    /// R(w*), from an exact solver.
    pub optimum: f64,
}

/// Options of a solver that do not affect its result.
#[derive(Clone, Copy)]
pub struct SolverOptions<'a> {
    /// Number of threads.
    pub workers: usize,
    /// Maximum number of points of the path without the last ([`super::path_iterations`]). A solver that must read all
    /// rows for a point checks [`StopCriteria`] only there.
    pub points: usize,
    /// Returns whether to cancel; called before every iteration.
    pub halted: &'a (dyn Fn() -> bool + Sync),
}

/// A point of the path of a solver.
#[derive(Debug, Clone, PartialEq)]
pub struct PathPoint {
    /// Number of updates.
    pub iteration: u64,
    /// Number of rows read so far, over n, without rows that were read only for points of the path.
    pub passes: f64,
    /// R(w).
    pub risk: f64,
    /// ‖∇R(w)‖ / ‖∇R(0)‖; 0 if both are 0.
    pub gradient: f64,
    /// Seconds since the start, without the time for points of the path.
    pub seconds: f64,
    /// w, if it has at most two entries.
    pub weights: Option<Vec<f64>>,
}

/// How a solver ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SolverStatus {
    /// It reached its tolerance.
    Converged,
    /// It used all iterations.
    IterationsSpent,
    /// The loss is not finite, or a million times that of w = 0: the rate is too high.
    Diverged,
    /// It was cancelled.
    Halted,
}

/// The result of a solver.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    /// w: d entries, then the bias if there is one.
    pub weights: Vec<f64>,
    /// The path from w = 0, or the single point of a direct solver. The last point belongs to `weights`.
    pub path: Vec<PathPoint>,
    /// How it ended.
    pub ended: SolverStatus,
    /// Number of updates; 1 for the normal equations.
    pub iterations: u64,
    /// The learning rate, given or computed; `None` for a solver without one.
    pub rate: Option<f64>,
    /// Seconds from start to end, without the time for points of the path.
    pub seconds: f64,
    /// Bytes of X that were read in this time.
    pub bytes: u64,
    /// A note for the report.
    pub note: Option<String>,
}
