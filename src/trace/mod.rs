//! The record of one run: parameters, curves, layer statistics, predictions, outcome.
//!
//! All other parts of the program communicate through traces: what writes one knows tensors or processes, what reads one
//! knows neither. A trace has no tensors and no times: two runs of the same cell and seed have equal traces, byte for
//! byte. Times are in [`Timing`].
//!
//! Only parameters, outcome and number of steps are always there. Every other part can be missing, because a program
//! outside of this crate may not record it: it is then empty or `None`, and whoever needs it says so. The JSON form is
//! published as `docs/trace.schema.json`.

pub(crate) mod column;
mod confusion;
mod curve;
mod data;
mod evaluation;
pub mod inspection;
mod layer;
mod outcome;
mod predictions;
mod real;
mod record;
mod same;
mod timing;
mod trajectory;

pub use confusion::{Confusion, confusion, predicted};
pub use curve::{Curve, median};
pub use data::{DataFacts, FeatureScales};
pub use evaluation::{Evaluation, Score};
pub use layer::{COLUMNS, Layer};
pub use outcome::Outcome;
pub use predictions::{Lattice, Predictions};
pub use real::Real;
pub use record::{CURVE_POINTS, PROBE_ROWS, Params, Trace, VERSION};
pub use same::Compared;
pub use timing::{Clock, Timing};
pub use trajectory::{Bowl, SEPARABLE, Trajectory, not_unique};
