//! What a command prints: its streams, styled text, and results as text.

mod cells;
pub mod fixes;
pub mod interrupt;
pub mod output;
pub mod plan;
mod relative_time;
pub mod results;
pub mod sweeps;
mod table;
pub mod text;
pub mod verdicts;
pub mod warnings;
