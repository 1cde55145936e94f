//! `sweep` runs hyperparameter sweeps of small neural networks, diagnoses failed runs, and writes an HTML report.
//!
//! A whole sweep, with pruning, reference runs and fixes:
//!
//! ```
//! use sweep::load::load_text;
//! use sweep::execute::Options;
//! use sweep::config::Overrides;
//! use sweep::store::Store;
//! use sweep::study::{Test, study};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let out = folder.path();
//! let text = "[data]\nsource = 'moons'\n[base]\nepochs = 20\n[grid]\nlr = [1e-4, 0.1]";
//! let loaded = load_text("lr.toml".as_ref(), text, &Overrides::default())?;
//! let store = Store::open(out)?;
//! let fixes = Test::Suggested { control: false };
//! let (_, studied) = study(loaded, &store, &Options::default(), fixes)?;
//! for (of, diagnosis) in studied.results.cells.iter().zip(&studied.diagnoses) {
//!     println!("{}: {}", of.cell.name(), diagnosis.in_words());
//! }
//! # assert_eq!(studied.diagnoses.len(), 2);
//! # Ok(())
//! # }
//! ```
//!
//! `examples/library.rs` reads a file, and writes the report.
//!
//! Data flows through the modules in one direction:
//!
//! ```text
//! sweep file ─ config ─► Sweep ─ grid ─► cells ─ search ─► execute ─► train ─► trace ─► store
//!                                                                                        │
//!                 report, export ◄─ expectations ◄─ fixes ◄─ diagnose ◄──────────────────┘
//! ```
//!
//! - [`load`](mod@load) reads a sweep file into cells, with the data files that it names.
//! - [`study`](mod@study) is the loop: searches propose cells ([`search`]), executors train them ([`execute`],
//!   [`train`]), observers hear of it ([`observe`]).
//! - [`diagnose`] has rules, [`diagnose::fixes`] and [`diagnose::expectations`].
//! - [`inspect`](mod@inspect) analyzes a replayed run in more detail than its trace stores.
//! - [`export`](mod@export) writes stored runs in the formats of other programs, [`weights`](mod@weights) their weights.
//! - [`custom`] lets programs add models and data sources.
//!
//! The [`trace`] is the interface between the two halves: modules before it use tensors but no HTML, modules after
//! it use neither candle nor threads.

pub mod atomic_write;
pub mod cli;
pub mod codes;
pub mod config;
pub mod custom;
pub mod diagnose;
pub mod escape;
pub mod execute;
pub mod export;
pub mod fix_kind;
pub mod format;
pub mod grid;
pub mod identity;
mod import;
pub mod inspect;
pub mod load;
pub mod memory;
pub mod observe;
pub mod report;
pub mod results;
pub mod safe_path;
pub mod search;
pub mod seed;
mod session;
pub mod store;
pub mod study;
mod terminal;
#[cfg(test)]
mod testkit;
pub mod trace;
pub mod train;
pub mod weights;
mod words;
