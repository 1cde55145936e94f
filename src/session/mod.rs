//! Sweeps as the commands study them: trained or from cached runs, with observers and with their pages.
//!
//! A [`Session`] trains the sweeps of a command, one after another. [`write_again`](analyzed::write_again) writes a page
//! from cached runs.

pub mod analyzed;
mod error;
pub mod folder;
pub mod imported;
pub mod opening;
mod training;

pub use error::SessionError;
pub use training::Session;
