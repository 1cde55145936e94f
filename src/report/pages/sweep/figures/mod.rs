//! The figures of a sweep's page.

pub mod curves;
pub mod excess;
pub mod final_loss;
pub mod parallel;
pub mod trajectories;
