//! How large the rows of a run are: told by its settings and the files that were read, with nothing made.

use super::{Files, split};
use crate::spec::settings::{Contents, DataSettings, Source};

/// Sizes of a data set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// d.
    pub features: usize,
    /// Numbers to predict: 1, but for regressions of several targets.
    pub targets: usize,
    /// Classes of the target; 0 of a number.
    pub classes: usize,
    /// Rows to fit the weights on.
    pub train: usize,
    /// Rows to choose by.
    pub validation: usize,
    /// Rows to judge by.
    pub test: usize,
    /// Whether X is read where it lies in a file.
    pub in_place: bool,
}

impl Sizes {
    /// Rows of every part.
    pub fn rows(&self) -> usize {
        self.train + self.validation + self.test
    }

    /// Bytes that the data set takes. As a float, which no width overflows.
    pub fn bytes(&self) -> f64 {
        let columns = match self.in_place {
            true => self.targets,
            false => self.features + self.targets,
        };
        self.rows() as f64 * columns as f64 * 8.0
    }
}

/// The sizes of the data set that [`dataset`](super::dataset) makes of these settings; none where it makes
/// none.
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
        | Source::Own { .. } => files.contents(&settings.source)?,
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
