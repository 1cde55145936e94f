//! The keys at the top of a sweep file, outside its sections.

use super::limits;
use crate::words::words;

words! {
    /// The keys at the top of a sweep file.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum TopKey {
        Title = "title", "Title in one line. Default: the file's name.";
        About = "about", "Markdown, shown at the top of the report.";
        Seeds = "seeds", "An integer n for the seeds 0 to n − 1, or a list of integers. Every cell is trained once with each seed. Default: 1, or k with `folds = k`.";
        MaxCells = "max_cells", "Maximum number of cells of the grid before exclusions, from 1 to 1000000. Default: 10000.";
        Target = "target", "Reference skill: the best training skill that is possible on the data, above 0 and at most 1. Default: none; a reference run is trained if no cell is good enough. Not to be confused with `target` inside `source`, the column to predict.";
        Data = "data", "Source and preparation of the rows.";
        Base = "base", "One value per key, for all cells.";
        Grid = "grid", "Axes (swept hyperparameters): keys with a list of values or a range. The grid is their product; the last key varies fastest.";
        Zip = "zip", "Tables of keys that vary together. Each table is one axis, after those of [grid].";
        Sample = "sample", "Random or quasi-random search over the axes, in place of the full grid.";
        Stop = "stop", "Pruning by successive halving: end cells before their full budget if others do better.";
        Exclude = "exclude", "Cells to leave out; see search.md.";
        Expect = "expect", "Expectations for `sweep check`; see ci.md.";
    }
}

impl TopKey {
    /// The keys that have a value, in contrast to tables.
    pub(super) const VALUES: [&'static str; 5] = [
        TopKey::Title.name(),
        TopKey::About.name(),
        TopKey::Seeds.name(),
        TopKey::MaxCells.name(),
        TopKey::Target.name(),
    ];
}

/// Default maximum number of cells of a grid.
pub const MAX_CELLS: usize = 10_000;
/// Largest accepted `max_cells`.
pub const MOST_CELLS: usize = limits::CELLS.most;
/// Maximum number of seeds of a file.
pub(crate) const MOST_SEEDS: usize = limits::SEEDS.most;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_name_the_limits_of_the_code() {
        let doc = |key: TopKey| {
            let word = TopKey::WORDS.iter().find(|word| word.name == key.name());
            word.map_or("", |word| word.doc)
        };
        let limits = format!("from 1 to {MOST_CELLS}. Default: {MAX_CELLS}.");
        assert!(doc(TopKey::MaxCells).ends_with(&limits));
    }
}
