//! What several pages use: figures, scales, colors, formats, statistics, and data for scripts.
//!
//! Nothing here imports a page.

pub mod axes;
pub mod commands;
pub mod confusion;
pub mod decision_map;
pub mod fixes;
pub mod markdown;
pub mod number;
pub mod outcome;
pub mod packed;
pub mod plot;
pub mod predictions;
pub mod scale;
pub mod script;
pub mod series;
pub mod settings;
pub mod spark;
pub mod stats;
pub mod theme;
