//! The size of the rows of a run, from its settings and the files that were read, without making the rows.

use super::{Files, split};
use crate::config::settings::{Contents, DataSettings, Source};

/// The sizes of a data set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// Number of features.
    pub features: usize,
    /// Number of targets: 1, except for regression with several.
    pub targets: usize,
    /// Number of classes; 0 for numbers.
    pub classes: usize,
    /// Number of training rows.
    pub train: usize,
    /// Number of validation rows.
    pub validation: usize,
    /// Number of test rows.
    pub test: usize,
    /// Whether X is read in place from a file.
    pub in_place: bool,
}

impl Sizes {
    /// Returns the number of rows of all parts.
    pub fn rows(&self) -> usize {
        self.train + self.validation + self.test
    }

    /// Returns the bytes of the data set, as a float because widths may overflow an integer.
    pub fn bytes(&self) -> f64 {
        let columns = match self.in_place {
            true => self.targets,
            false => self.features + self.targets,
        };
        self.rows() as f64 * columns as f64 * 8.0
    }
}

/// Returns the sizes of the data set that [`dataset`](fn@super::dataset) makes of these settings; `None` without data.
pub fn sizes(settings: &DataSettings, files: &Files) -> Option<Sizes> {
    let made = |features, classes| Contents {
        rows: settings.rows,
        features,
        targets: 1,
        classes,
    };
    let all = match settings.source {
        Source::None => return None,
        Source::Sine { .. } | Source::Wiggle { .. } => made(1, 0),
        Source::Linear { features, .. } | Source::Gaussian { features } => made(features, 0),
        Source::Moons | Source::Circles | Source::Xor => made(2, 2),
        Source::Spirals { classes, .. } => made(2, classes),
        Source::Blobs { features, classes } => made(features, classes),
        Source::Csv { .. }
        | Source::Npy { .. }
        | Source::Npz { .. }
        | Source::Idx { .. }
        | Source::Custom { .. } => files.contents(&settings.source)?,
    };
    let rows = all.rows.min(settings.max_rows.unwrap_or(all.rows));
    let counts = split::counts(rows, settings.validation, settings.test);
    let (validation, test) = counts.ok()?;
    let arrays = files.arrays(&settings.source);
    Some(Sizes {
        features: all.features,
        targets: all.targets,
        classes: all.classes,
        train: rows - validation - test,
        validation,
        test,
        in_place: arrays.is_some_and(|arrays| arrays.in_place(settings) && !settings.standardize),
    })
}
