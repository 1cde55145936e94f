//! Reads the sections of a sweep file, and collects their errors.

use super::axes::{self, Axes};
use super::brackets;
use super::convert::{self, Node, shape};
use super::deprecated;
use super::expectations;
use super::key::in_toml;
use super::keys::Registry;
use super::limits;
use super::overrides::{self, Overrides};
use super::place::{Document, Place, Places};
use super::reader::{Reader, Section};
use super::sample;
use super::seeds;
use super::selector::selector;
use super::stop;
use super::sweep::Sweep;
use super::value::Values;
use crate::config::error::{Fault, FaultList};
use crate::config::top_keys::{MAX_CELLS, top};
use crate::config::value_error::Wrong;
use crate::escape;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use toml::Spanned;
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

/// The tables of a text, and whether it is TOML at all, and within the limits of a sweep file.
pub(super) fn parsed<'i>(reader: &mut Reader, text: &'i str) -> (Spanned<DeTable<'i>>, bool) {
    let (root, errors) = DeTable::parse_recoverable(text);
    let mut parsed = true;
    let (errors, open) = without_consequences(errors, text);
    for place in open {
        let (what, label) = match text[place..].starts_with('{') {
            true => ("inline table", "no `}` closes it"),
            false => ("array", "no `]` closes it"),
        };
        let message = format!("invalid TOML: unclosed {what}");
        reader.fault(place..place + 1, message, label, None);
        parsed = false;
    }
    for (i, error) in errors.iter().enumerate() {
        parsed &= error.message() == "duplicate key";
        if i < MOST_ERRORS {
            syntax(reader, error, text);
        }
    }
    if errors.len() > MOST_ERRORS {
        let more = errors.len() - MOST_ERRORS;
        let message = format!("… and {more} more TOML syntax errors");
        let mut rest = Fault::of(&reader.document.path, message);
        (rest.counts, rest.line) = (more, usize::MAX);
        reader.faults.push(rest);
    }
    // What is beyond its limits is not looked at any closer.
    let parsed = parsed && limits::check(reader, root.get_ref());
    (root, parsed)
}

/// Returns the errors without the consequences of unclosed brackets, and the places of these brackets: after such a
/// bracket, every line is an error.
fn without_consequences(
    mut errors: Vec<toml::de::Error>,
    text: &str,
) -> (Vec<toml::de::Error>, Vec<usize>) {
    let is_unclosed = |error: &toml::de::Error| {
        let message = error.message();
        message.starts_with("unclosed array") || message.starts_with("unclosed inline table")
    };
    let open = match errors.iter().any(is_unclosed) {
        true => brackets::unclosed(text).unwrap_or_default(),
        false => Vec::new(),
    };
    if let Some(&first) = open.first() {
        errors.retain(|error| error.span().is_some_and(|span| span.start < first));
    }
    (errors, open)
}

/// Maximum number of separate TOML errors. A file that is not TOML at all has an error in every word.
const MOST_ERRORS: usize = 1_000;

fn syntax(reader: &mut Reader, error: &toml::de::Error, text: &str) {
    let span = error.span().unwrap_or(text.len()..text.len());
    let found = escape::brief(text.get(span.clone()).unwrap_or(""), 80);
    if error.message() == "duplicate key" {
        let message = format!("`{found}` is given twice");
        let help = "remove one of the two".to_owned();
        return reader.fault(span, message, "the second one", Some(help));
    }
    let (what, expected) = error
        .message()
        .split_once(", ")
        .unwrap_or((error.message(), ""));
    // An unexpected part, such as the last `.2` of 0.1.2.
    let label = match expected {
        "expected nothing" => "remove this",
        expected => expected,
    };
    reader.fault(span, format!("invalid TOML: {what}"), label, None);
}

fn read_all(reader: &mut Reader, sweep: &mut Sweep, root: &DeTable, overrides: &Overrides) {
    for (word, span) in deprecated::in_file(root) {
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
    stop::stop(reader, sweep, root);
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
    given: &mut Vec<(String, super::value::Value)>,
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
