//! Errors of data sets.

use std::path::PathBuf;

/// Why a data set cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// There are too few rows to split.
    #[error("failed to split {rows} rows: {why}")]
    Split {
        /// The number of rows.
        rows: usize,
        /// What is missing, and what to do.
        why: String,
    },
    /// The number of scales or offsets differs from the number of features.
    #[error("failed to apply `data.{key}`: it has {given} value{}, but the data has {features} feature{}; list one per feature", if *.given == 1 { "" } else { "s" }, if *.features == 1 { "" } else { "s" })]
    Features {
        /// `scales` or `offsets`.
        key: &'static str,
        /// The number of values.
        given: usize,
        /// The number of features.
        features: usize,
    },
    /// [`Files::read`](super::Files::read) did not read this file, or not with this target.
    #[error("failed to use rows of {}: it was not read with target `{target}` before training", path.display())]
    Unread {
        /// The file.
        path: PathBuf,
        /// The column to predict.
        target: String,
    },
    /// [`Files::read`](super::Files::read) did not read this custom source.
    #[error("failed to use rows of `{0}`: it was not read before training")]
    UnreadSource(String),
    /// All training rows of a file have the same target.
    #[error(
        "failed to make a training split of {1} rows: {0}; {help}",
        help = "hold out fewer rows, or use other seeds"
    )]
    Constant(String, usize),
    /// The settings have no data.
    #[error("failed to make rows: `source = \"none\"` has none; it is for one-weight models")]
    None,
}
