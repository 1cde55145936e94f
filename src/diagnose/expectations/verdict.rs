//! Verdicts and their status, as plain data.

/// The verdict of one expectation.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// Name of the expectation.
    pub name: String,
    /// Its line in the file, from 1.
    pub line: usize,
    /// The worst status of its cells.
    pub status: Status,
    /// The measured and the expected values in one sentence.
    pub sentence: String,
    /// One verdict per cell, in the order of the grid.
    pub cells: Vec<CellVerdict>,
}

/// The verdict of one expectation in one cell.
#[derive(Debug, Clone, PartialEq)]
pub struct CellVerdict {
    /// Index of the cell.
    pub cell: usize,
    /// Pass, fail or inconclusive.
    pub status: Status,
    /// Number of seeds that pass every check.
    pub passed: usize,
    /// Number of all seeds.
    pub of: usize,
    /// The measured and the expected values in one sentence.
    pub sentence: String,
}

/// The status of a verdict, from good to bad: a failure has precedence over an inconclusive cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// The expectation holds.
    Pass,
    /// Missing or incomplete runs could decide it.
    Inconclusive,
    /// The expectation does not hold.
    Fail,
}

impl Status {
    /// Returns `pass`, `inconclusive` or `fail`.
    pub fn name(self) -> &'static str {
        match self {
            Status::Pass => "pass",
            Status::Inconclusive => "inconclusive",
            Status::Fail => "fail",
        }
    }
}
