//! The limits of input files: one list, used by the checks and by the table in the docs.
//!
//! A limit is far above what a sweep needs. It is far below what would fill the memory or take minutes, so that a
//! wrong file (a data set in place of a sweep file, a faulty script) is rejected at once.

/// A limit of an input file.
#[derive(Debug)]
pub struct Limit {
    /// What is limited, as the subject of a sentence.
    pub what: &'static str,
    /// The maximum.
    pub most: usize,
    /// The unit of the count.
    pub unit: &'static str,
    /// What to do if the limit is exceeded.
    pub help: &'static str,
}

const fn limit(what: &'static str, most: usize, unit: &'static str, help: &'static str) -> Limit {
    Limit {
        what,
        most,
        unit,
        help,
    }
}

/// Size of a sweep file.
pub const FILE: Limit = limit(
    "a sweep file",
    4 << 20,
    "bytes",
    "check that it is a sweep file; data rows belong in a separate file, named by `source` in [data]",
);
/// Length of a key.
pub const KEY: Limit = limit("a key", 200, "bytes", "check the quotes around it");
/// Length of a title, or of the name of an expectation.
pub const NAME: Limit = limit(
    "a title, or the `name` of an [[expect]] block",
    1_000,
    "bytes",
    "shorten it; longer text can go into `about`",
);
/// Length of any other text but `about`.
pub const TEXT: Limit = limit(
    "any other text of a sweep file except `about`",
    4_096,
    "bytes",
    "check the quotes around it",
);
/// Axes.
pub const AXES: Limit = limit(
    "the axes of [grid] and [zip.*]",
    256,
    "axes",
    "vary fewer keys, or combine keys in one [zip.*]",
);
/// Values of an axis.
pub const VALUES: Limit = limit(
    "the list of values of an axis",
    100_000,
    "values",
    "use fewer values, or a range with [sample]",
);
/// Hidden layers.
pub const LAYERS: Limit = limit(
    "the list `hidden`",
    10_000,
    "layers",
    "use fewer hidden layers",
);
/// Items of any other list.
pub const LIST: Limit = limit(
    "any other list of a sweep file",
    100_000,
    "items",
    "use fewer items",
);
/// Blocks of exclusions.
pub const EXCLUDES: Limit = limit(
    "the [[exclude]] blocks",
    1_000,
    "blocks",
    "use fewer blocks, with lists of values or bounds: where = { lr = { above = 0.1 } }",
);
/// Blocks of expectations.
pub const EXPECTATIONS: Limit = limit(
    "the [[expect]] blocks",
    1_000,
    "blocks",
    "use fewer blocks: one `where` can select many cells",
);
/// Cells.
pub const CELLS: Limit = limit(
    "the grid (10000 cells, unless `max_cells` raises that)",
    1_000_000,
    "cells",
    "use fewer values, or sample cells with [sample]",
);
/// Seeds.
pub const SEEDS: Limit = limit("`seeds`", 100_000, "seeds", "use fewer seeds");
/// Runs of a sweep.
pub const RUNS: Limit = limit(
    "a sweep (cells × seeds)",
    1_000_000,
    "runs",
    "use fewer cells or seeds",
);
/// Columns of a CSV file.
pub const COLUMNS: Limit = limit(
    "the header of a CSV file",
    10_000,
    "columns",
    "keep only the columns that the sweep needs, or save the features as an array: `numpy.save(…, x)`",
);
/// Length of the header line.
pub const HEADER: Limit = limit(
    "the header line of a CSV file",
    1 << 20,
    "bytes",
    "check that the first line holds the column names, and check the delimiter",
);
/// Length of the name of a column.
pub const COLUMN_NAME: Limit = limit(
    "the name of a column",
    1_000,
    "bytes",
    "shorten it; an unclosed quote merges many names into one",
);
/// Length of a value.
pub const FIELD: Limit = limit(
    "a value of a CSV file",
    1 << 16,
    "bytes",
    "remove the column; an unclosed quote merges many values into one",
);
/// Length of a record.
pub const RECORD: Limit = limit(
    "a row of a CSV file",
    1 << 24,
    "bytes",
    "fix the file: an unclosed quote, or unusual line endings, merge many rows into one",
);
/// Features after one-hot encoding.
pub const FEATURES: Limit = limit(
    "the features of a CSV file, with one per category",
    10_000,
    "features",
    "remove columns with a different text in every row, such as names and dates",
);

/// Every limit, in the order of the docs.
pub const LIMITS: [&Limit; 19] = [
    &FILE,
    &KEY,
    &NAME,
    &TEXT,
    &AXES,
    &VALUES,
    &LAYERS,
    &LIST,
    &EXCLUDES,
    &EXPECTATIONS,
    &CELLS,
    &SEEDS,
    &RUNS,
    &COLUMNS,
    &HEADER,
    &COLUMN_NAME,
    &FIELD,
    &RECORD,
    &FEATURES,
];

impl Limit {
    /// Returns the message of an exceeded limit: what was found, and the limit.
    pub(crate) fn exceeded(&self, subject: &str, found: usize) -> String {
        let Limit { most, unit, .. } = self;
        format!("{subject} has {found} {unit}; the limit is {most}")
    }
}
