//! The inspection of one run at about 40 steps: predictions, weight histograms, and the loss around the trajectory of
//! the weights ([`Inspection`]). A trace has no room for these. Plain data: [`crate::inspect`] computes it, and the report
//! draws it.

use super::Confusion;

/// The inspection of one run; every part has one entry per snapshot.
#[derive(Debug)]
pub struct Inspection {
    /// The steps of the snapshots, including start and end.
    pub steps: Vec<SnapshotStep>,
    /// The predictions of the model.
    pub predictions: SnapshotPredictions,
    /// The weight histograms of every layer, input side first; none for a one-weight model.
    pub histograms: Vec<Histogram>,
    /// The loss around the trajectory; none if the weights never moved or were never finite.
    pub surface: Option<Surface>,
}

/// The step of a snapshot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SnapshotStep {
    /// Number of updates before it.
    pub step: u64,
    /// Number of epochs before it; not whole within an epoch.
    pub epoch: f64,
}

impl SnapshotStep {
    /// Returns the step after a number of updates.
    pub fn new(step: u64, steps_per_epoch: u64) -> SnapshotStep {
        SnapshotStep {
            step,
            epoch: step as f64 / steps_per_epoch as f64,
        }
    }
}

/// The predictions of the model, by snapshot.
#[derive(Debug, Clone, PartialEq)]
pub enum SnapshotPredictions {
    /// At every point of the trace's lattice, one column per output: by snapshot, column, point.
    Lattice(Vec<Vec<Vec<f64>>>),
    /// For the probe rows of a regression, in their order: by snapshot and row.
    Rows(Vec<Vec<f64>>),
    /// Confusion matrices of the probe rows, by snapshot.
    Confusion(Vec<Confusion>),
    /// None: a one-weight model has no rows.
    Nothing,
}

/// The weights of one layer. All snapshots share the bins, so they can be compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Histogram {
    /// Name of the layer.
    pub layer: String,
    /// Number of entries of its weight matrix.
    pub weights: usize,
    /// Edges of the bins, one more than bins.
    pub edges: Vec<f64>,
    /// By snapshot, the number of weights in every bin.
    pub counts: Vec<Vec<usize>>,
    /// By snapshot, the number of weights outside the bins.
    pub beyond: Vec<usize>,
    /// By snapshot, the number of weights that are not finite.
    pub lost: Vec<usize>,
}

/// The coordinates of the surface.
#[derive(Debug, Clone, PartialEq)]
pub enum Frame {
    /// The only weights of the model, by name.
    Weights(Vec<String>),
    /// Main directions of the trajectory: the share of its variance about its end that each explains.
    Directions(Vec<f64>),
}

/// The loss over a line or a plane, and the trajectory on it.
#[derive(Debug, Clone, PartialEq)]
pub struct Surface {
    /// The coordinates.
    pub frame: Frame,
    /// Grid points along each of one or two directions.
    pub axes: Vec<Vec<f64>>,
    /// Loss at every grid point, the last axis fastest; can be infinite or NaN.
    pub risk: Vec<f64>,
    /// By snapshot, the coordinates of the weights; none if they are not finite or far from the others.
    pub path: Vec<Option<Vec<f64>>>,
    /// By snapshot, the loss at the weights themselves, which can lie outside the plane.
    pub heights: Vec<f64>,
    /// Number of training rows for the loss.
    pub rows: usize,
    /// Whether batch normalization uses the statistics of these rows.
    pub normed: bool,
}
