//! The way of the weights of a linear model to the optimum, look by look: of every solver, and of what
//! the trainer does with two weights.

use super::Real;
use serde::{Deserialize, Serialize};

/// The way of the weights; every column has one entry per look, start and end among them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Trajectory {
    /// Updates made.
    pub iterations: Vec<u64>,
    /// Passes over the training rows, the last perhaps in part.
    pub passes: Vec<Real>,
    /// R(w) on all training rows.
    pub risk: Vec<Real>,
    /// (R(w) − R(w*)) / (R(0) − R(w*)) for the exact optimum w*: the share of what there is to gain
    /// that is still to be gained. Empty where no optimum is known.
    pub excess: Vec<Real>,
    /// ‖∇R(w)‖ / ‖∇R(0)‖.
    pub gradient: Vec<Real>,
    /// By weight, the bias last, where they are two at most; else empty.
    pub weights: Vec<Vec<Real>>,
    /// R(w*).
    pub lowest: Option<Real>,
    /// ‖w − w*‖ / ‖w*‖ at the end.
    pub error: Option<Real>,
    /// The risk as a function of two weights.
    pub bowl: Option<Bowl>,
    /// Bytes of X that a solver read until the end, looks left out.
    pub bytes: Option<u64>,
    /// What a solver had to do otherwise than it was asked to.
    pub note: Option<String>,
}

/// The square loss over a weight w and a bias b, exactly:
/// R(w, b) = R* + A (w − w*)² + 2 B (w − w*)(b − b*) + C (b − b*)².
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bowl {
    /// w* and b*.
    pub optimum: [Real; 2],
    /// A, B and C.
    pub curvature: [Real; 3],
    /// R*.
    pub lowest: Real,
}

impl Bowl {
    /// R(w) − R*, which loses no digits near the optimum.
    pub fn above(&self, weights: [f64; 2]) -> f64 {
        let [u, v] = self.from_optimum(weights);
        let [a, b, c] = self.curvature.map(|entry| entry.0);
        a * u * u + 2.0 * b * u * v + c * v * v
    }

    /// ‖∇R(w)‖.
    pub fn slope(&self, weights: [f64; 2]) -> f64 {
        let [u, v] = self.from_optimum(weights);
        let [a, b, c] = self.curvature.map(|entry| entry.0);
        2.0 * (a * u + b * v).hypot(b * u + c * v)
    }

    /// w − w*.
    pub fn from_optimum(&self, weights: [f64; 2]) -> [f64; 2] {
        [0, 1].map(|k| weights[k] - self.optimum[k].0)
    }
}
