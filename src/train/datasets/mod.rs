//! Data sets: generators, files, splits by seed, standardization.

pub mod array;
mod arrays;
mod baseline;
mod classification;
mod computed_once;
mod constant;
pub mod custom;
mod file_errors;
mod files;
mod generate;
mod idx;
mod inverse;
pub mod large_regression;
mod matrix;
mod missing;
mod npy;
mod numbers;
mod read;
mod recalled;
mod regression;
mod sizes;
mod snippet;
mod source;
mod split;
mod target;

pub use baseline::{Baseline, Criterion};
pub(crate) use baseline::{WIDEST as WIDEST_FIT, fitted_rows};
pub use computed_once::Known;
pub use files::{Files, FilesInMemory};
pub use numbers::Numbers;
pub use recalled::Recorded;
pub use sizes::{Sizes, sizes};

use crate::config::settings::{DataSettings, Missing, Source};
use std::borrow::Cow;
use std::path::PathBuf;

/// The data set of one run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Dataset {
    /// Names of the d features.
    pub features: Vec<String>,
    /// Name of the target; for several targets, all names.
    pub target: String,
    /// Names of the targets if there are several, else empty.
    pub targets: Vec<String>,
    /// Class names by index; empty for a regression.
    pub classes: Vec<String>,
    /// Training rows.
    pub train: Rows,
    /// Validation rows; may be empty.
    pub validation: Rows,
    /// Test rows; may be empty.
    pub test: Rows,
    /// Per feature, the mean that standardization subtracted (0 without it).
    pub shift: Vec<f64>,
    /// Per feature, the standard deviation that standardization divided by (1 without it).
    pub scale: Vec<f64>,
    /// Computed facts about the data set.
    pub known: Known,
}

/// Rows, prepared for training.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    /// n × d features, row-major.
    pub x: Numbers,
    /// n values, or class indices; n × k values for k targets, row-major.
    pub y: Vec<f64>,
    /// Number k of targets: 1, except for regression with several.
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

/// All rows as generated or read: before the split, in their original units.
#[derive(Debug, Clone, PartialEq)]
struct Table {
    features: Vec<String>,
    /// One target, or several numeric ones.
    targets: Vec<String>,
    classes: Vec<String>,
    rows: Rows,
    /// Number of rows of the file that were left out.
    left_out: usize,
}

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
    /// [`Files::read`] did not read this file, or not with this target.
    #[error("failed to use rows of {}: it was not read with target `{target}` before training", path.display())]
    Unread {
        /// The file.
        path: PathBuf,
        /// The column to predict.
        target: String,
    },
    /// [`Files::read`] did not read this custom source.
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

impl Rows {
    /// Returns the number of rows.
    pub fn len(&self) -> usize {
        self.y.len() / self.targets
    }

    /// Returns whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.y.is_empty()
    }

    /// Returns the bytes of its numbers, including those in a file.
    fn bytes(&self) -> usize {
        size_of_val(&*self.x) + size_of_val(self.y.as_slice())
    }
}

/// Returns the rows of one run: generated or read, then split by seed. Missing values are imputed and features
/// standardized, both with the training rows.
///
/// Rows are shuffled. Exceptions are rows of `gaussian`, which are in random order, and rows of arrays if none are
/// held out: these keep the order of their file, and are copied only if something changes them.
///
/// Standardization subtracts the mean and divides by the population standard deviation of the training rows. A
/// feature that is constant there is only shifted. The target keeps its units.
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

/// Returns the rows before imputation and standardization.
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

/// Returns training, validation and test rows: shuffled by the seed, unless they are in random order.
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
