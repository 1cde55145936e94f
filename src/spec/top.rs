//! The keys at the top of a sweep file, outside its sections.

use super::convert::{Node, real, shape, whole};
use super::keys;
use super::limits;
use super::reader::Reader;
use super::sweep::Sweep;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// The keys at the top of a sweep file, each with a description.
pub(crate) const TOP: [(&str, &str); 13] = [
    ("title", "Title in one line. Default: the file's name."),
    ("about", "Markdown, shown at the top of the report."),
    (
        "seeds",
        "A number n for the seeds 0 to n − 1, or a list. Every cell is trained once with each seed.",
    ),
    (
        "max_cells",
        "Maximum number of cells of the grid before exclusions.",
    ),
    (
        "target",
        "Reference skill: the best training skill that is possible on the data, above 0 and at most 1. Without it, a reference \
         network is trained if no cell is good enough.",
    ),
    ("data", "Source and preparation of the rows."),
    ("base", "One value per key, for all cells."),
    (
        "grid",
        "Axes: keys with a list of values or a range. The grid is their product; the last key varies fastest.",
    ),
    (
        "zip",
        "Tables of keys that vary together. Each table is one axis, after those of [grid].",
    ),
    (
        "sample",
        "Random or quasi-random search over the axes, in place of the full grid.",
    ),
    (
        "stop",
        "Successive halving: prune cells before their full budget if others do better.",
    ),
    ("exclude", "Cells to leave out."),
    ("expect", "Expectations for `sweep check`."),
];

/// Default maximum number of cells of a grid.
pub const MAX_CELLS: usize = 10_000;
/// Largest accepted `max_cells`.
pub const MOST_CELLS: usize = limits::CELLS.most;
/// Maximum number of seeds of a file.
pub(crate) const MOST_SEEDS: usize = limits::SEEDS.most;

/// Reads title, description, cell limit and reference skill, and reports unknown names.
pub(super) fn top(reader: &mut Reader, sweep: &mut Sweep, root: &DeTable) {
    for (name, node) in root {
        if !TOP.iter().any(|(known, _)| *known == name.get_ref()) {
            stray(reader, name.get_ref(), name.span(), node);
        }
    }
    let mut text = |key: &str| {
        let node = root.get(key)?;
        match node.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            _ => {
                let label = format!("expected a string in quotes, found {}", shape(node));
                reader.fault(
                    node.span(),
                    format!("`{key}` has the wrong type"),
                    label,
                    None,
                );
                None
            }
        }
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
                let label = format!("expected a whole number from 1 to {MOST_CELLS}");
                reader.fault(node.span(), "`max_cells` is out of range", label, None);
                sweep.max_cells = MOST_CELLS;
            }
        }
    }
    if let Some(node) = root.get("target") {
        sweep.target = real(node).filter(|skill| *skill > 0.0 && *skill <= 1.0);
        if sweep.target.is_none() {
            let label = "expected a skill above 0 and at most 1".to_owned();
            let help = "for the column to predict, use [data]: source = { csv = …, target = … }";
            let help = node.get_ref().is_str().then(|| help.to_owned());
            reader.fault(node.span(), "`target` is out of range", label, help);
        }
    }
}

/// Reports an unknown key or table at the top of the file.
fn stray(reader: &mut Reader, name: &str, span: Range<usize>, node: &Node) {
    let misplaced = keys::all().iter().find(|key| key.short() == name);
    if let Some(key) = misplaced.filter(|_| !node.get_ref().is_table()) {
        let section = key.section();
        reader.doubtful.insert(key.name);
        let label = format!("`{name}` is a key of [{section}]");
        let help = format!("move it into the section [{section}]");
        return reader.fault(span, format!("unknown key `{name}`"), label, Some(help));
    }
    reader.unknown_name(span, name, &TOP.map(|(known, _)| known));
}
