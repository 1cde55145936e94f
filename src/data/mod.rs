//! Rows to learn from: generators, files, splits by seed, standardisation.

pub mod array;
mod arrays;
mod baseline;
mod clouds;
mod constant;
mod curves;
mod excerpt;
mod faults;
mod files;
mod generate;
mod idx;
mod inverse;
mod known;
pub mod large;
mod matrix;
mod missing;
mod npy;
mod numbers;
pub mod own;
mod read;
mod sizes;
mod source;
mod split;
mod target;

pub use baseline::{Baseline, Criterion};
pub(crate) use baseline::{WIDEST as WIDEST_FIT, fitted_rows};
pub use files::{Files, FilesInMemory};
pub use known::Known;
pub use numbers::Numbers;
pub use sizes::{Sizes, sizes};

use crate::spec::settings::{DataSettings, Missing, Source};
use std::borrow::Cow;
use std::path::PathBuf;

/// What is learned from: the rows of one run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Dataset {
    /// Names of the features, d of them.
    pub features: Vec<String>,
    /// Name of what is predicted; of several, all of them.
    pub target: String,
    /// Names of the targets, where they are several.
    pub targets: Vec<String>,
    /// Names of the classes, by index; empty for a regression.
    pub classes: Vec<String>,
    /// Rows that the weights are fitted on.
    pub train: Rows,
    /// Rows to choose by; may be none.
    pub validation: Rows,
    /// Rows to judge the choice by; may be none.
    pub test: Rows,
    /// Per feature, what standardisation subtracted (0 without it).
    pub shift: Vec<f64>,
    /// Per feature, what standardisation divided by (1 without it).
    pub scale: Vec<f64>,
    /// What was found out about it.
    pub known: Known,
}

/// Rows, prepared for training.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    /// n × d, row after row.
    pub x: Numbers,
    /// n values, or indices of classes; of k targets n × k values, row after row.
    pub y: Vec<f64>,
    /// k, 1 but for regressions of several targets.
    pub targets: usize,
}

impl Default for Rows {
    fn default() -> Rows {
        Rows {
            x: Numbers::default(),
            y: Vec::new(),
            targets: 1,
        }
    }
}

/// All rows there are, as they were made or read: before the split, in their own units.
#[derive(Debug, Clone, PartialEq)]
struct Table {
    features: Vec<String>,
    /// One, or several that are numbers.
    targets: Vec<String>,
    classes: Vec<String>,
    rows: Rows,
    /// Rows of its file that were left out.
    left_out: usize,
}

/// A data set that can't be made.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// Rows too few to split.
    #[error("failed to split {rows} rows: {why}")]
    Split {
        /// Rows there are.
        rows: usize,
        /// What is missing, and what to do.
        why: String,
    },
    /// Scales or offsets that don't fit the features.
    #[error("failed to apply `data.{key}`: it has {given} value{}, the data {features} feature{}; give one per feature", if *.given == 1 { "" } else { "s" }, if *.features == 1 { "" } else { "s" })]
    Features {
        /// `scales` or `offsets`.
        key: &'static str,
        /// Values given.
        given: usize,
        /// Features there are.
        features: usize,
    },
    /// A file that [`Files::read`] was not told of, or without the target.
    #[error("failed to take rows from {}: it was not read with target `{target}` before training", path.display())]
    Unread {
        /// The file.
        path: PathBuf,
        /// The column to predict.
        target: String,
    },
    /// A source of a person's own that [`Files::read`] was not told of.
    #[error("failed to take rows from `{0}`: it was not read before training")]
    UnreadSource(String),
    /// A file of which no training row has another target than the others.
    #[error(
        "failed to make a training split with something to learn: {0} in its {1} rows; {help}",
        help = "hold out fewer rows, or use other seeds"
    )]
    Constant(String, usize),
    /// Settings without data.
    #[error("failed to make rows: `source = \"none\"` has none; it is for one-weight risks")]
    None,
}

impl Rows {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.y.len() / self.targets
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.y.is_empty()
    }

    /// Bytes of its numbers, those in a file included.
    fn bytes(&self) -> usize {
        size_of_val(&*self.x) + size_of_val(self.y.as_slice())
    }
}

/// The rows of one run: generated or taken from the file, split by seed, values that are missing made up and
/// features standardised by the training rows.
///
/// They are shuffled, but for those of `gaussian`, which are made in no order, and those of arrays from
/// which none are held out: these stay in the order of their file, and what nothing changes is not copied.
///
/// Standardisation subtracts the mean and divides by the population standard deviation of the
/// training rows; a feature that is constant there is only shifted. The target keeps its units.
///
/// # Errors
/// [`DataError`].
pub fn dataset(settings: &DataSettings, files: &Files, seed: u64) -> Result<Dataset, DataError> {
    let mut data = raw(settings, files, seed)?;
    let train = &data.train;
    if settings.source.is_file()
        && let Some(what) = constant::of_rows(&train.y, train.targets, &data.targets, &data.classes)
    {
        return Err(DataError::Constant(what, train.len()));
    }
    if let Source::Csv { reading, .. } = &settings.source
        && let Some(how @ (Missing::Mean | Missing::Median)) = reading.missing
    {
        let d = data.features.len();
        let values = missing::made_up(&data.train.x, d, how);
        for rows in [&mut data.train, &mut data.validation, &mut data.test] {
            missing::fill(rows.x.to_mut(), &values);
        }
    }
    if settings.standardize {
        (data.shift, data.scale) = split::mean_and_sd(&data.train.x, data.features.len());
        for rows in [&mut data.train, &mut data.validation, &mut data.test] {
            split::standardize(rows.x.to_mut(), &data.shift, &data.scale);
        }
    }
    Ok(data)
}

/// The same before they are standardised.
fn raw(settings: &DataSettings, files: &Files, seed: u64) -> Result<Dataset, DataError> {
    let (features, targets, classes, parts) = match files.arrays(&settings.source) {
        Some(arrays) => (
            arrays.features(),
            arrays.targets(),
            arrays.classes.clone(),
            arrays.parts(settings, seed)?,
        ),
        None => {
            let table = match generate::table(settings, seed)? {
                Some(table) => Cow::Owned(table),
                None => files.table(settings)?,
            };
            let targets = table.targets.clone();
            let (features, classes) = (table.features.clone(), table.classes.clone());
            (features, targets, classes, parts(table, settings, seed)?)
        }
    };
    let d = features.len();
    let [train, validation, test] = parts;
    Ok(Dataset {
        features,
        target: targets.join(", "),
        targets: match targets.len() {
            1 => Vec::new(),
            _ => targets,
        },
        classes,
        train,
        validation,
        test,
        shift: vec![0.0; d],
        scale: vec![1.0; d],
        known: Known::default(),
    })
}

/// Training, validation and test rows: shuffled by the seed, but for those that are made in no order.
fn parts(table: Cow<Table>, settings: &DataSettings, seed: u64) -> Result<[Rows; 3], DataError> {
    let d = table.features.len();
    let (validation, test) = (settings.validation, settings.test);
    if matches!(settings.source, Source::Gaussian { .. }) && settings.folds.is_none() {
        return split::dealt(table.into_owned().rows, d, validation, test);
    }
    let parts = split::split(table.rows.len(), settings, seed)?.each();
    Ok(parts.map(|rows| split::take(&table.rows, d, &rows)))
}

#[cfg(test)]
mod tests;
