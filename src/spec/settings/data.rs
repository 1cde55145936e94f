//! What one cell says of its rows: where they come from and how they are prepared.

use crate::spec::own::Own;
use crate::words::words;
use std::path::PathBuf;

/// Where the rows come from and how they are prepared.
#[derive(Debug, Clone, PartialEq)]
pub struct DataSettings {
    /// The generator or the file.
    pub source: Source,
    /// Rows made by a generator, before the split; unused by files.
    pub rows: usize,
    /// Standard deviation of the noise that a generator adds (to y for curves, to x for classes).
    pub noise: f64,
    /// Factor on each feature, after generation; empty for none.
    pub scales: Vec<f64>,
    /// Shift of each feature, after scaling; empty for none.
    pub offsets: Vec<f64>,
    /// Most rows of a file that are used, before the split, drawn by the seed.
    pub max_rows: Option<usize>,
    /// Seed s holds out fold s mod k of so many, of rows that are shuffled by s div k.
    pub folds: Option<usize>,
    /// Share of the rows held out to choose by; with folds, of one of them.
    pub validation: f64,
    /// Share of the rows held out to judge the choice by.
    pub test: f64,
    /// Subtract the mean and divide by the standard deviation of the training rows.
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

/// A generator with its own keys, or a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// No rows: for the one-weight risks.
    None,
    /// y = sin(frequency · x), x uniform over the range.
    Sine {
        /// ω in sin(ωx).
        frequency: f64,
        /// Lowest and highest x.
        range: [f64; 2],
    },
    /// A one-feature curve with several bends of different width, which needs capacity.
    Wiggle {
        /// Lowest and highest x.
        range: [f64; 2],
    },
    /// y = w · x + noise with a covariance of the given condition number.
    Linear {
        /// d.
        features: usize,
        /// Largest over smallest eigenvalue of the covariance of x.
        condition: f64,
    },
    /// y = w · x + noise with independent standard normal features and |w| = 1.
    Gaussian {
        /// d.
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
        /// Turns of an arm.
        turns: f64,
    },
    /// One normal cloud per class.
    Blobs {
        /// d.
        features: usize,
        /// Number of clouds.
        classes: usize,
    },
    /// Four clouds; a class is two opposite ones.
    Xor,
    /// A file of comma-separated values with a header.
    Csv {
        /// The path as a person may open it from where the program runs.
        path: PathBuf,
        /// Name of the column to predict.
        target: String,
        /// Names of the columns to predict beside it, all of them numbers.
        others: Vec<String>,
        /// What the target is; found from its text where the file does not say.
        task: Option<TaskKind>,
        /// How it is read.
        reading: Reading,
    },
    /// Two arrays that NumPy saved, X and y.
    Npy {
        /// The path of X, n × d, as a person may open it from where the program runs.
        path: PathBuf,
        /// The path of y, n targets, or n × k of several.
        target: PathBuf,
        /// What the target is.
        task: TaskKind,
    },
    /// Two arrays of an archive that NumPy saved, X and y.
    Npz {
        /// The path of the archive.
        path: PathBuf,
        /// The name of X, n × d.
        features: String,
        /// The name of y, n targets, or n × k of several.
        target: String,
        /// What the target is.
        task: TaskKind,
    },
    /// Two files in the format of MNIST, X and y.
    Idx {
        /// The path of X, n × d, or n images.
        path: PathBuf,
        /// The path of y, n targets.
        target: PathBuf,
        /// What the target is.
        task: TaskKind,
    },
    /// A source of a person's own.
    Own {
        /// Which, and what is said of it.
        own: Own,
        /// The folder of the sweep file.
        folder: PathBuf,
    },
}

impl Source {
    /// Whether the rows come out of a file, or are a person's own: there is no telling before they are read.
    pub fn is_file(&self) -> bool {
        match self {
            Source::Csv { .. }
            | Source::Npy { .. }
            | Source::Npz { .. }
            | Source::Idx { .. }
            | Source::Own { .. } => true,
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

/// How a file of separated values is read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Reading {
    /// What stands between the values of a row.
    pub delimiter: Delimiter,
    /// Names of the columns that hold categories: each becomes a feature for every text that stands in it, 1
    /// in its rows and 0 in the others.
    pub categories: Vec<String>,
    /// What is done where a value is missing; without it, that is a fault.
    pub missing: Option<Missing>,
}

impl Reading {
    /// Whether nothing was said of it.
    pub fn is_plain(&self) -> bool {
        *self == Reading::default()
    }
}

words! {
    /// What stands between the values of a row.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
    pub enum Delimiter {
        #[default]
        Comma = ",", "a comma";
        Semicolon = ";", "a semicolon";
        Tab = "tab", "a tabulator";
        Bar = "|", "a bar";
    }
}

words! {
    /// What is done where a value of a file is missing.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    pub enum Missing {
        Drop = "drop", "the row is left out";
        Mean = "mean", "a feature has the mean of the training rows there; a category, none";
        Median = "median", "a feature has the median of the training rows there; a category, none";
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
    /// What kind of thing is predicted.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum TaskKind {
        Regression = "regression", "a number is predicted";
        Classes = "classification", "one of several classes is predicted";
    }
}

/// What a data file holds, as far as the values of a cell follow from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contents {
    /// Rows.
    pub rows: usize,
    /// Columns but for the targets.
    pub features: usize,
    /// Targets: 1, but for regressions of several.
    pub targets: usize,
    /// Classes of the target; 0 where it is a number.
    pub classes: usize,
}
