//! The keys at the top of a sweep file, outside its sections.

use super::convert::{Node, not_accepted, real, shape, whole};
use super::key::Key;
use super::limits;
use super::reader::Reader;
use super::suggest::{did_you_mean, similar};
use super::sweep::Sweep;
use crate::config::value_error::Wrong;
use crate::words::words;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

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

/// Reads title, description, cell limit and reference skill, and reports unknown names.
pub(super) fn top(reader: &mut Reader, sweep: &mut Sweep, root: &DeTable) {
    for (name, node) in root {
        if TopKey::of(name.get_ref()).is_none() {
            stray(reader, name.get_ref(), name.span(), node);
        }
    }
    let mut text = |key: &str| {
        let node = root.get(key)?;
        if let DeValue::String(text) = node.get_ref() {
            return Some(text.to_string());
        }
        let label = format!("expected a string in quotes, found {}", shape(node));
        reader.fault(
            node.span(),
            format!("`{key}` has the wrong type"),
            label,
            None,
        );
        None
    };
    let stem = sweep
        .path
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    sweep.title = text("title")
        .filter(|title| !title.trim().is_empty())
        .unwrap_or(stem);
    sweep.about = text("about").unwrap_or_default();
    if let Some(node) = root.get("max_cells") {
        match whole(node) {
            Some(n) if (1..=MOST_CELLS as i64).contains(&n) => sweep.max_cells = n as usize,
            _ => {
                let expected = format!("an integer from 1 to {MOST_CELLS}");
                reader.wrong(not_accepted(node, "`max_cells`", &expected));
                sweep.max_cells = MOST_CELLS;
            }
        }
    }
    if let Some(node) = root.get("target") {
        sweep.target = real(node).filter(|skill| *skill > 0.0 && *skill <= 1.0);
        if sweep.target.is_none() {
            let help = "for the column to predict, use [data]: source = { csv = …, target = … }";
            let wrong = not_accepted(node, "`target`", "a skill above 0 and at most 1");
            reader.wrong(Wrong {
                help: node.get_ref().is_str().then(|| help.to_owned()),
                ..wrong
            });
        }
    }
}

/// Reports an unknown key or table at the top of the file.
fn stray(reader: &mut Reader, name: &str, span: Range<usize>, node: &Node) {
    let message = format!("unknown key `{name}`");
    let registry = reader.registry;
    let of_section = |name: &str| {
        registry
            .by_short_name(name)
            .filter(|_| !node.get_ref().is_table())
    };
    if let Some(key) = of_section(name) {
        reader.doubtful.insert(key.name);
        let label = format!("`{name}` is a key of [{}]", key.section());
        let help = format!("move it into the section [{}]", key.section());
        return reader.fault(span, message, label, Some(help));
    }
    let top = TopKey::ALL.map(TopKey::name);
    let others = reader.registry.all().iter().map(Key::short);
    let found = similar(name, top.into_iter().chain(others));
    let written = found.iter().filter_map(|name| match TopKey::of(name) {
        Some(_) => Some(format!("`{name}`")),
        None => of_section(name).map(|key| {
            reader.doubtful.insert(key.name);
            format!("`{name}`, in [{}]", key.section())
        }),
    });
    match did_you_mean(&written.collect::<Vec<_>>()) {
        Some(help) => reader.fault(span, message, "no such key here", Some(help)),
        None => reader.unknown_name(span, name, &top),
    }
}

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
