//! Observers of a study: a progress bar, a live page, saved weights, an event log.
//!
//! Each hears the events of a [`Study`](crate::study::Study), and none changes its results.

pub(crate) mod live_page;
mod log;
pub(crate) mod progress;
pub(crate) mod weights;

pub use log::EventLog;
