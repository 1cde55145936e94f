//! View models: plain, serializable data of what a page shows, computed from results by pure functions
//! without files, clock or templates.

pub mod axes;
pub mod bands;
pub mod baselines;
pub mod cells;
pub mod columns;
pub mod cure;
pub mod curves;
pub mod diagnosis;
pub mod final_loss;
pub mod fixes;
pub mod importance;
pub mod index;
pub mod inspect;
pub mod map;
pub mod measured;
pub mod neighbours;
pub mod parallel;
pub mod ran;
pub mod rerun;
pub mod run;
pub mod rungs;
pub mod running;
pub mod series;
pub mod solving;
pub mod spark;
pub mod stats;
pub mod sweep;
pub mod thumbnail;
pub mod variance;
