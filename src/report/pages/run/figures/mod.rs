//! The figures of a run's page.

pub mod before_after;
pub mod gradients;
pub mod landscape;
pub mod layers;
pub mod outputs;
pub mod training;
