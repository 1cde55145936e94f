//! Reads the sections of a sweep file, and collects their errors.

use super::axes::{self, Axes};
use super::convert::{self, Node, shape};
use super::deprecated_uses;
use super::expectations;
use super::overrides::{self, Overrides};
use super::place::{Document, Place, Places};
use super::reader::{Reader, Section};
use super::registry::{Registry, Values, in_toml};
use super::sample;
use super::seeds;
use super::selector::selector;
use super::stop;
use super::sweep::Sweep;
use super::syntax::parsed;
use super::top::top;
use super::value::Value;
use crate::config::error::FaultList;
use crate::config::top_keys::MAX_CELLS;
use crate::config::value_error::Wrong;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use toml::de::{DeTable, DeValue};

/// A sweep as far as it could be read.
#[derive(Debug)]
pub struct Draft {
    /// What could be read; complete only without errors.
    pub sweep: Sweep,
    /// The errors so far.
    pub faults: FaultList,
    /// Keys with unreadable values. Checks that depend on them are skipped.
    pub doubtful: BTreeSet<&'static str>,
    /// Whether the text is TOML, within the limits of a sweep file, and not empty.
    pub parsed: bool,
}

/// Reads the text of a sweep file with the keys of a registry.
pub fn draft(path: &Path, text: &str, overrides: &Overrides, registry: Registry) -> Draft {
    let document = Arc::new(Document::new(path, text));
    let mut reader = Reader::new(document, registry);
    let (root, parsed) = parsed(&mut reader, text);
    let mut sweep = Sweep {
        path: path.to_owned(),
        text: text.to_owned(),
        max_cells: MAX_CELLS,
        overridden: !overrides.set.is_empty(),
        ..Sweep::default()
    };
    sweep.places.file = Some(reader.place(0..0));
    let nothing = root.get_ref().is_empty() && overrides.set.is_empty();
    if parsed && nothing {
        let message = "the sweep file is empty";
        let help = "`sweep init FILE` writes a starter file".to_owned();
        reader.fault(0..0, message, "expected [data] with a `source`", Some(help));
    }
    let parsed = parsed && !nothing;
    if parsed {
        read_all(&mut reader, &mut sweep, root.get_ref(), overrides);
    }
    sweep.deprecated = reader.deprecated;
    Draft {
        sweep,
        faults: reader.faults,
        doubtful: reader.doubtful,
        parsed,
    }
}

fn read_all(reader: &mut Reader, sweep: &mut Sweep, root: &DeTable, overrides: &Overrides) {
    for (word, span) in deprecated_uses::in_file(root) {
        reader.deprecated(word, span);
    }
    top(reader, sweep, root);
    let mut given = Vec::new();
    let mut places = Vec::new();
    for (name, section) in [("data", Section::Data), ("base", Section::Base)] {
        if let Some(table) = root
            .get(name)
            .and_then(|node| reader.table(node, &format!("[{name}]")))
        {
            values(reader, section, table, &mut given, &mut places);
        }
    }
    let mut given = Values::of(given, reader.registry);
    let mut axes = all_axes(reader, root, sweep.max_cells);
    sweep.sample = sample::sample(reader, root, axes.count(), sweep.max_cells);
    for set in &overrides.set {
        overrides::set(reader, set, &mut given, &mut places, &mut axes);
    }
    sweep.given = given;
    seeds::seeds(reader, sweep, root, overrides);
    if let Some((stop, place)) = stop::stop(reader, root) {
        sweep.stop = Some(stop);
        sweep.places.stop = Some(place);
    }
    if let Some(node) = root.get("exclude") {
        for node in blocks(reader, node, "exclude") {
            exclude(reader, sweep, node);
        }
    }
    if let Some(node) = root.get("expect") {
        for node in blocks(reader, node, "expect") {
            if let Some(read) = expectations::expectation(reader, node, sweep.file_seeds) {
                sweep.expectations.push(read.expectation);
                sweep.places.expectations.push(read.place);
                sweep.places.checks.push(read.checks);
            }
        }
    }
    sweep.axes = axes.axes;
    sweep.places = Places {
        values: places,
        axes: axes.places,
        ..std::mem::take(&mut sweep.places)
    };
}

/// Reads the keys of `[data]` or `[base]`.
fn values(
    reader: &mut Reader,
    section: Section,
    table: &DeTable,
    given: &mut Vec<(String, Value)>,
    places: &mut Vec<(String, Place)>,
) {
    for (name, node) in table {
        let Some(key) = reader.key(section, name.get_ref(), name.span()) else {
            continue;
        };
        let value = convert::value(node, &key.kind, key.short());
        let value = value.map_err(|mut wrong| {
            range_in_base(&mut wrong, node, key.name, key.kind.is_list());
            wrong
        });
        if let Some(value) = reader.check_key(key, value) {
            given.push((key.name.to_owned(), value));
            places.push((key.name.to_owned(), reader.place(node.span())));
        }
    }
}

/// Adds help to errors of several values in `[base]`: they belong in `[grid]`.
fn range_in_base(wrong: &mut [Wrong], node: &Node, key: &str, is_list: bool) {
    let ranged = |table: &DeTable| table.contains_key("log") || table.contains_key("linear");
    let several = match node.get_ref() {
        DeValue::Array(_) => !is_list,
        DeValue::Table(table) => ranged(table),
        DeValue::String(_)
        | DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_) => false,
    };
    if several {
        let help = format!("to vary it, write it in [grid]: {} = …", in_toml(key));
        for wrong in wrong {
            wrong.help = Some(help.clone());
        }
    }
}

fn all_axes(reader: &mut Reader, root: &DeTable, cap: usize) -> Axes {
    let mut axes = Axes::default();
    if let Some(table) = root
        .get("grid")
        .and_then(|node| reader.table(node, "[grid]"))
    {
        let sampled = root.contains_key("sample");
        axes::grid(reader, &mut axes, table, cap, sampled);
    }
    let zips = root
        .get("zip")
        .and_then(|node| reader.table(node, "[zip.…]"));
    for (name, node) in zips.into_iter().flatten() {
        match node.get_ref().as_table() {
            Some(table) => {
                axes::zip(reader, &mut axes, name.get_ref(), name.span(), table, cap);
            }
            None => {
                let label = "expected a table of keys that vary together";
                let help =
                    "name the axis, for example [zip.recipe], and put its keys below".to_owned();
                let message = format!("[zip] has the key `{}`", name.get_ref());
                reader.fault(name.span(), message, label, Some(help));
            }
        }
    }
    axes
}

/// Returns the tables of `[[name]]`.
fn blocks<'t, 'i>(reader: &mut Reader, node: &'t Node<'i>, name: &str) -> Vec<&'t Node<'i>> {
    match node.get_ref().as_array() {
        Some(items) => items.iter().collect(),
        None => {
            let message = format!("`{name}` must be a list of blocks");
            let help = format!("write [[{name}]] with double brackets, once per block");
            let label = format!("expected [[{name}]], found {}", shape(node));
            reader.fault(node.span(), message, label, Some(help));
            Vec::new()
        }
    }
}

fn exclude(reader: &mut Reader, sweep: &mut Sweep, node: &Node) {
    let Some(table) = reader.table(node, "[[exclude]]") else {
        return;
    };
    for name in table.keys().filter(|name| name.get_ref() != "where") {
        reader.unknown_name(name.span(), name.get_ref(), &["where"]);
    }
    let Some(node) = table.get("where") else {
        let help = "select cells: where = { optimizer = \"adam\" }".to_owned();
        reader.fault(
            node.span(),
            "an [[exclude]] block needs `where`",
            "expected `where`",
            Some(help),
        );
        return;
    };
    let before = reader.faults.len();
    let selector = selector(reader, node);
    // A selector without its invalid conditions would match too many cells.
    if reader.faults.len() == before {
        sweep.exclude.push(selector);
        sweep.places.exclude.push(reader.place(node.span()));
    } else {
        // The remaining cells are unknown.
        let names = reader.registry.all().iter().map(|key| key.name);
        reader.doubtful.extend(names);
    }
}
