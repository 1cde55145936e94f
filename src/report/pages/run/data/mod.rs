//! The data of a run's page: texts and tables, the diagnosis, links to neighbors, and losses before and after fixes.

pub mod before_after;
pub mod diagnosis;
pub mod neighbors;
pub mod texts;
