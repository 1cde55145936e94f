//! What stands at the top of a sweep file, outside its sections.

use super::convert::{Node, real, shape, whole};
use super::keys;
use super::limits;
use super::reader::Reader;
use super::sweep::Sweep;
use crate::words::words;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

words! {
    /// The keys at the top of a sweep file.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum TopKey {
        Title = "title", "One line; the file's name where not given.";
        About = "about", "Markdown, shown at the top of the report.";
        Seeds = "seeds", "A number n for seeds 0 to n − 1, or a list; every cell is trained once with each.";
        MaxCells = "max_cells", "The most cells that the grid may have before exclusions.";
        Target = "target", "The training skill that can be reached on the data, above 0 and at most 1; where it is not given \
         and no cell is good, a reference network is trained to find out.";
        Data = "data", "Where the rows come from and how they are prepared.";
        Base = "base", "One value per key, for every cell.";
        Grid = "grid", "Each key an axis; their product is the grid, last key fastest.";
        Zip = "zip", "Tables of keys that move together, each one axis, after those of [grid].";
        Sample = "sample", "Cells that are drawn over the axes, in place of their whole product.";
        Stop = "stop", "Cells that are stopped before their budget is used, because others do better.";
        Exclude = "exclude", "Cells that are left out.";
        Expect = "expect", "What must hold of the trained cells.";
    }
}

/// The most cells of a grid where the file does not say.
pub const MAX_CELLS: usize = 10_000;
/// The most cells that a file may ask for.
pub const MOST_CELLS: usize = limits::CELLS.most;
/// The most seeds of a file.
pub(crate) const MOST_SEEDS: usize = limits::SEEDS.most;

/// Title, about, cap; and names that no sweep file has.
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
        let label = format!("expected text in quotes, found {}", shape(node));
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
            let help =
                "the column that is predicted stands in [data]: source = { csv = …, target = … }";
            let help = node.get_ref().is_str().then(|| help.to_owned());
            reader.fault(node.span(), "`target` is out of range", label, help);
        }
    }
}

/// A key or a table that has no business at the top of the file.
fn stray(reader: &mut Reader, name: &str, span: Range<usize>, node: &Node) {
    let misplaced = keys::all().iter().find(|key| key.short() == name);
    if let Some(key) = misplaced.filter(|_| !node.get_ref().is_table()) {
        let section = key.section();
        reader.doubtful.insert(key.name);
        let label = format!("`{name}` belongs in [{section}]");
        let help = format!("move it below the line [{section}]");
        return reader.fault(span, format!("unknown key `{name}`"), label, Some(help));
    }
    reader.unknown_name(span, name, &TopKey::ALL.map(TopKey::name));
}
