//! The data settings of one cell: source and preparation of the rows.

use super::CustomSettings;
use crate::words::words;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Source and preparation of the rows.
#[derive(Debug, Clone, PartialEq)]
pub struct DataSettings {
    /// The generator or the file.
    pub source: Source,
    /// Number of rows that a generator makes, before the split; unused by files.
    pub rows: usize,
    /// Standard deviation of the noise that a generator adds (to y for regression, to x for classification).
    pub noise: f64,
    /// Factor of each feature, applied after generation; empty for none.
    pub scales: Vec<f64>,
    /// Offset of each feature, added after scaling; empty for none.
    pub offsets: Vec<f64>,
    /// Maximum number of rows of a file, before the split. The seed selects the rows.
    pub max_rows: Option<usize>,
    /// Number of folds k. Seed s holds out fold s mod k of rows that are shuffled by s div k.
    pub folds: Option<usize>,
    /// Share of the validation rows; with folds, of one fold.
    pub validation: f64,
    /// Share of the test rows.
    pub test: f64,
    /// Whether to subtract the mean and divide by the standard deviation of the training rows.
    pub standardize: bool,
}

impl Default for DataSettings {
    /// Returns what the table of keys has where a file gives nothing; without a source, which has no default.
    fn default() -> DataSettings {
        DataSettings {
            source: Source::None,
            rows: 512,
            noise: 0.1,
            scales: Vec::new(),
            offsets: Vec::new(),
            max_rows: None,
            folds: None,
            validation: 0.25,
            test: 0.0,
            standardize: false,
        }
    }
}

/// A generator with its settings, or a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// No rows, for one-weight models.
    None,
    /// y = sin(frequency · x), x uniform over the range.
    Sine {
        /// Frequency ω in sin(ωx).
        frequency: f64,
        /// Lowest and highest x.
        range: [f64; 2],
    },
    /// A one-feature curve with several bends of different width, which a small network cannot fit.
    Wiggle {
        /// Lowest and highest x.
        range: [f64; 2],
    },
    /// y = w · x + noise with a covariance of the given condition number.
    Linear {
        /// Number of features.
        features: usize,
        /// Condition number of the covariance of x: largest over smallest eigenvalue.
        condition: f64,
    },
    /// y = w · x + noise with independent standard normal features and |w| = 1.
    Gaussian {
        /// Number of features.
        features: usize,
    },
    /// Two interleaving half circles.
    Moons,
    /// A circle within a circle.
    Circles,
    /// Interleaved spiral arms, one per class.
    Spirals {
        /// Number of arms.
        classes: usize,
        /// Turns of each arm.
        turns: f64,
    },
    /// One normal cluster per class.
    Blobs {
        /// Number of features.
        features: usize,
        /// Number of clusters.
        classes: usize,
    },
    /// Four clusters; each class is a pair of opposite ones.
    Xor,
    /// A CSV file with a header.
    Csv {
        /// The path relative to the working directory.
        path: PathBuf,
        /// Name of the column to predict.
        target: String,
        /// Names of further numeric columns to predict.
        others: Vec<String>,
        /// Kind of target; inferred from its text if `None`.
        task: Option<TaskKind>,
        /// How the file is read.
        reading: Reading,
    },
    /// Two NumPy arrays, X and y.
    Npy {
        /// The path of X, n × d, relative to the working directory.
        path: PathBuf,
        /// The path of y: n targets, or n × k for several.
        target: PathBuf,
        /// Kind of target.
        task: TaskKind,
    },
    /// Two arrays of a NumPy archive, X and y.
    Npz {
        /// The path of the archive.
        path: PathBuf,
        /// The name of X, n × d.
        features: String,
        /// The name of y: n targets, or n × k for several.
        target: String,
        /// Kind of target.
        task: TaskKind,
    },
    /// Two files in the MNIST format (IDX), X and y.
    Idx {
        /// The path of X, n × d, or n images.
        path: PathBuf,
        /// The path of y, n targets.
        target: PathBuf,
        /// Kind of target.
        task: TaskKind,
    },
    /// A custom source.
    Custom {
        /// The source with its settings.
        own: CustomSettings,
        /// The folder of the sweep file.
        folder: PathBuf,
    },
}

impl Source {
    /// Returns whether the rows come from a file or a custom source, so that their number is unknown before they are
    /// read.
    pub fn is_file(&self) -> bool {
        match self {
            Source::Csv { .. }
            | Source::Npy { .. }
            | Source::Npz { .. }
            | Source::Idx { .. }
            | Source::Custom { .. } => true,
            Source::None
            | Source::Sine { .. }
            | Source::Wiggle { .. }
            | Source::Linear { .. }
            | Source::Gaussian { .. }
            | Source::Moons
            | Source::Circles
            | Source::Spirals { .. }
            | Source::Blobs { .. }
            | Source::Xor => false,
        }
    }
}

/// How a CSV file is read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Reading {
    /// Separator of the values in a row.
    pub delimiter: Delimiter,
    /// Names of categorical columns, which are one-hot encoded: each distinct text becomes a feature, 1 in its rows
    /// and 0 in the others.
    pub categories: Vec<String>,
    /// How missing values are handled; `None` makes them an error.
    pub missing: Option<Missing>,
}

impl Reading {
    /// Returns whether everything has its default.
    pub fn is_plain(&self) -> bool {
        *self == Reading::default()
    }
}

words! {
    /// Separator of the values in a row.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
    pub enum Delimiter {
        #[default]
        Comma = ",", "a comma";
        Semicolon = ";", "a semicolon";
        Tab = "tab", "a tab character";
        Bar = "|", "a vertical bar";
    }
}

words! {
    /// How missing values of a file are handled.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    pub enum Missing {
        Drop = "drop", "leave out the row";
        Mean = "mean", "fill in the mean over the training rows; for a categorical column, no category";
        Median = "median", "fill in the median over the training rows; for a categorical column, no category";
    }
}

impl Delimiter {
    /// Its character.
    pub fn byte(self) -> u8 {
        match self {
            Delimiter::Comma => b',',
            Delimiter::Semicolon => b';',
            Delimiter::Tab => b'\t',
            Delimiter::Bar => b'|',
        }
    }
}

words! {
    /// Kind of target.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum TaskKind {
        Regression = "regression", "predict numbers";
        Classes = "classification", "predict one of several classes";
    }
}

/// The contents of a data file that determine values of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// Number of rows.
    pub rows: usize,
    /// Number of columns without the targets.
    pub features: usize,
    /// Number of targets: 1, except for regression with several.
    pub targets: usize,
    /// Number of classes of the target; 0 for numbers.
    pub classes: usize,
}
