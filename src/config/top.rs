//! Reads the keys at the top of a sweep file that describe it or limit its cells, and reports unknown ones.

use super::convert::{Node, not_accepted, real, shape, whole};
use super::reader::Reader;
use super::registry::Key;
use super::suggest::{did_you_mean, similar};
use super::sweep::Sweep;
use super::top_keys::{MOST_CELLS, TopKey};
use super::value_error::Wrong;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

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
