//! The data of a sweep's page.

pub mod bands;
pub mod baselines;
pub mod cells;
pub mod columns;
pub mod curves;
pub mod executors;
pub mod final_loss;
pub mod importance;
pub mod live;
pub mod map;
pub mod measured;
pub mod parallel;
pub mod rungs;
pub mod solvers;
pub mod texts;
pub mod variance;
