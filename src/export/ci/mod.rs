//! Verdicts for CI services: JUnit XML, and annotations of GitHub.

mod github;
mod junit;
mod suite;

pub use github::annotations;
pub use junit::junit;
pub use suite::Suite;
