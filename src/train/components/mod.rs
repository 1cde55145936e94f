//! Networks in candle: layers, activations, initial weights, losses, and one-weight models.
//!
//! Everything here is a formula of the lecture or of PyTorch's documentation, written with tensor operations that
//! candle can differentiate. A training loop needs a [`Model`]: its [`Parameter`]s, and its loss on a [`Batch`].

pub mod activation;
mod batch;
pub mod batch_norm;
mod bce;
pub mod custom;
pub mod dense;
mod dense_layers;
pub mod entries;
pub mod init;
pub mod layer_norm;
mod layer_plan;
pub mod layers;
pub mod loss;
mod model;
pub mod network;
pub mod norm;
pub mod normalise;
pub mod optim;
mod parameters;
pub mod pass;
pub mod risk;

pub use batch::{Batch, RowWeights};
pub use batch_norm::Mode;
pub use layers::outputs;
pub use model::Model;
pub use network::Network;
pub use parameters::{Parameter, Role, ScaleShift, dtype};
pub use risk::OneWeight;
