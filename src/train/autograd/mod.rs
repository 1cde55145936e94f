//! The training loop of the lecture with candle's autograd, one run at a time.

mod executor;
mod gradient;
pub mod measure;
mod training;
pub mod watch;

pub use executor::EXECUTOR;
pub use gradient::{Gradient, stochastic_gradient, update};
pub use training::{REFERENCE, run, train};
