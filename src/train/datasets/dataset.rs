//! The data set of one run, from settings, files and seed.

use super::computed_once::DatasetCache;
use super::error::DataError;
use super::files::Files;
use super::linear_fit::{Criterion, LinearFit};
use super::rows::{RawTable, Rows};
use super::{constant, generate, linear_fit, missing, split};
use crate::config::settings::{DataSettings, Missing, Source};
use std::borrow::Cow;
use std::sync::Arc;

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
    pub cache: DatasetCache,
}

impl Dataset {
    /// Returns the predictions of the best linear model under a loss. Returns `None` for tables that are too wide or
    /// have nonfinite values.
    pub fn linear_fit(&self, by: Criterion) -> Option<Arc<LinearFit>> {
        let fit = self.cache.fit(&by);
        fit.get_or_init(|| {
            let parts = [&self.train, &self.validation];
            linear_fit::fit(parts, self.features.len(), self.classes.len(), &by).map(Arc::new)
        })
        .clone()
    }

    /// Returns mean and standard deviation of every feature that varies over the training rows.
    pub fn scales(&self) -> &[(f64, f64)] {
        self.cache.scales.get_or_init(|| {
            let (x, d) = (&self.train.x, self.features.len());
            let (means, sds) = split::mean_and_sd(x, d);
            let changes = |j: usize| {
                let mut column = x.iter().skip(j).step_by(d);
                let first = column.next();
                column.any(|value| Some(value) != first)
            };
            let changing = (0..d).filter(|j| changes(*j));
            changing.map(|j| (means[j], sds[j])).collect()
        })
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
        cache: DatasetCache::default(),
    })
}

/// Returns training, validation and test rows: shuffled by the seed, unless they are in random order.
fn parts(table: Cow<RawTable>, settings: &DataSettings, seed: u64) -> Result<[Rows; 3], DataError> {
    let d = table.features.len();
    let (validation, test) = (settings.validation, settings.test);
    if matches!(settings.source, Source::Gaussian { .. }) && settings.folds.is_none() {
        return split::dealt(table.into_owned().rows, d, validation, test);
    }
    let parts = split::split(table.rows.len(), settings, seed)?.each();
    Ok(parts.map(|rows| split::take(&table.rows, d, &rows)))
}
