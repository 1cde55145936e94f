//! The trajectory of the weights of a linear model: for every solver, and for step-by-step training with two weights.

use super::Real;
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt::Display;

/// The trajectory of the weights; every column has one entry per snapshot, including start and end.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Trajectory {
    /// Number of updates.
    pub iterations: Vec<u64>,
    /// Number of passes over the training rows; the last may be partial.
    #[serde(with = "super::column")]
    pub passes: Vec<Real>,
    /// The loss R(w) on all training rows.
    #[serde(with = "super::column")]
    pub risk: Vec<Real>,
    /// (R(w) − R(w*)) / (R(0) − R(w*)) for the exact optimum w*: the remaining share of the possible improvement.
    /// Empty if the optimum is unknown.
    #[serde(with = "super::column")]
    pub excess: Vec<Real>,
    /// ‖∇R(w)‖ / ‖∇R(0)‖.
    #[serde(with = "super::column")]
    pub gradient: Vec<Real>,
    /// The weights, with the bias last, if there are at most two; else empty.
    #[serde(with = "super::column::columns")]
    pub weights: Vec<Vec<Real>>,
    /// R(w*).
    pub lowest: Option<Real>,
    /// ‖w − w*‖ / ‖w*‖ at the end.
    pub error: Option<Real>,
    /// The loss as a function of two weights.
    pub bowl: Option<Bowl>,
    /// Bytes of X that a solver read until the end, without snapshots.
    pub bytes: Option<u64>,
    /// How a solver deviated from its settings.
    #[serde(default, deserialize_with = "current_note")]
    pub note: Option<String>,
}

/// Reads a note. Notes of stored traces may have the words of older versions.
fn current_note<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let note = Option::<String>::deserialize(deserializer)?;
    Ok(note.map(|note| match old_rank(&note) {
        Some((rank, of)) => not_unique(rank, of),
        None if note == OLD_SEPARABLE => SEPARABLE.to_owned(),
        None => note,
    }))
}

/// The note of a logistic regression with separable classes.
pub const SEPARABLE: &str =
    "the classes are linearly separable, so no finite w is optimal: w grows until the solver stops";

/// [`SEPARABLE`] in the words of version 0.1.
const OLD_SEPARABLE: &str = "the classes can be told apart without an error, so that no finite w is best: it grows \
                             until it is stopped";

/// Returns the note of least squares without a unique optimum, for a rank of XᵀX.
pub fn not_unique(rank: impl Display, of: impl Display) -> String {
    format!(
        "XᵀX is not positive definite (rank {rank} of {of}), so the optimum is not unique; this is the \
         solution of minimum norm, by eigendecomposition"
    )
}

/// Returns rank and size of a note in the words of version 0.1.
fn old_rank(note: &str) -> Option<(&str, &str)> {
    let rest = note.strip_prefix("XᵀX is not positive definite: its rank is ")?;
    rest.split_once(',')?.0.split_once(" of ")
}

/// The squared error as an exact function of a weight w and a bias b: R(w, b) = R* + A (w − w*)² + 2 B (w − w*)(b −
/// b*) + C (b − b*)².
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
    /// Returns R(w) − R*, without loss of digits near the optimum.
    pub fn above(&self, weights: [f64; 2]) -> f64 {
        let [u, v] = self.from_optimum(weights);
        let [a, b, c] = self.curvature.map(|entry| entry.0);
        a * u * u + 2.0 * b * u * v + c * v * v
    }

    /// Returns ‖∇R(w)‖.
    pub fn slope(&self, weights: [f64; 2]) -> f64 {
        let [u, v] = self.from_optimum(weights);
        let [a, b, c] = self.curvature.map(|entry| entry.0);
        2.0 * (a * u + b * v).hypot(b * u + c * v)
    }

    /// Returns w − w*.
    pub fn from_optimum(&self, weights: [f64; 2]) -> [f64; 2] {
        [0, 1].map(|k| weights[k] - self.optimum[k].0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn notes_of_older_versions_are_read_in_current_words() {
        let read = |note: &str| {
            let mut json = serde_json::to_value(Trajectory::default()).unwrap();
            json["note"] = note.into();
            let trajectory: Trajectory = serde_json::from_value(json).unwrap();
            trajectory.note.unwrap()
        };
        let rank = "XᵀX is not positive definite: its rank is 4 of 5, so that no one w is best; by its \
                    eigenvectors, the shortest of those that are";
        assert_eq!(read(rank), not_unique(4, 5));
        assert_eq!(read(OLD_SEPARABLE), SEPARABLE);
        assert_eq!(read(SEPARABLE), SEPARABLE);
        assert_eq!(read("rate 1/L"), "rate 1/L");
    }
}
