//! `sweep` trains every cell of a grid of small neural networks and reports what happened in each.
//!
//! The rooms follow the way of the data, which flows one way:
//!
//! ```text
//! sweep file ─ spec ─► Sweep ─ grid ─► cells × seeds = runs ─ run ─► train ─► trace ─► store
//!                                                                                       │
//!                        report ◄─ expect ◄─ fix ◄─ prescribe ◄─ diagnose ◄─────────────┘
//! ```
//!
//! Linear models may go to [`solve`] in place of `train`: to their exact optimum, or on the way to it.
//!
//! What [`fix`] wants to try goes the way of the cells of a file, from `run` on.
//!
//! [`halving`](mod@halving) stops cells on the way, where others do better.
//!
//! [`inspect`](mod@inspect) looks closer at one run, trained again, than its trace has room for.
//!
//! [`export`](mod@export) writes what the store has in the formats of other programs.
//!
//! [`weights`](mod@weights) is the way of trained weights to other programs.
//!
//! [`own`](mod@own) lets a person's own program add models and data sources.
//!
//! [`memory`](mod@memory) predicts what runs need before they start, and leaves out those that don't fit.
//!
//! [`load`](mod@load) takes a sweep file as far as its cells, with the data files that it names.
//!
//! The [`trace`] is the waist: everything before it knows tensors and no HTML, everything after
//! it knows neither candle nor threads.

pub mod baseline;
pub mod below;
pub mod cli;
pub mod code;
pub mod data;
pub mod diagnose;
pub mod escape;
pub mod expect;
pub mod export;
pub mod fix;
pub mod grid;
pub mod halving;
pub mod identity;
pub mod inspect;
pub mod load;
pub mod memory;
pub mod nn;
pub mod number;
pub mod optim;
pub mod own;
pub mod prescribe;
pub mod remedy;
pub mod replace;
pub mod report;
pub mod results;
pub mod run;
pub mod seed;
pub mod solve;
pub mod spec;
pub mod stack;
pub mod store;
#[cfg(test)]
mod testkit;
pub mod trace;
pub mod train;
pub mod weights;
mod words;
