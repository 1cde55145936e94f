//! Finds the [deprecated words](super::deprecated) of a sweep file, and of values of the command line.

use super::convert::{Node, fits};
use super::deprecated::{Deprecated, EXPECT, current, find, found};
use super::keys;
use super::kind::Kind;
use super::sample::SAMPLE;
use super::stop::STOP;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// A deprecated word and its bytes in the text.
pub(super) type DeprecatedSpan = (&'static Deprecated, Range<usize>);

/// Returns every deprecated word of a file, in the order of the text.
pub(super) fn in_file(root: &DeTable) -> Vec<DeprecatedSpan> {
    let mut met = Vec::new();
    for (section, prefix) in [("data", "data."), ("base", "")] {
        for (name, node) in entries(root.get(section)) {
            in_key(&mut met, &format!("{prefix}{name}"), node);
        }
    }
    for (name, node) in of_full_names(root.get("grid")) {
        in_key(&mut met, &name, node);
    }
    for (_, zip) in entries(root.get("zip")) {
        for (name, node) in of_full_names(Some(zip)) {
            in_key(&mut met, &name, node);
        }
    }
    for (section, fields) in [("sample", SAMPLE), ("stop", STOP)] {
        if let Some(node) = root.get(section) {
            in_value(&mut met, section, &Kind::Record(fields), node);
        }
    }
    for block in ["exclude", EXPECT] {
        let blocks = root.get(block).and_then(|node| node.get_ref().as_array());
        for node in blocks.into_iter().flatten() {
            in_block(&mut met, node);
        }
    }
    met.sort_by_key(|(_, span)| span.start);
    met
}

/// The cells that a block selects or compares with, and its own keys and words.
fn in_block(met: &mut Vec<DeprecatedSpan>, block: &Node) {
    let DeValue::Table(table) = block.get_ref() else {
        return;
    };
    for (name, node) in table {
        let known = find(EXPECT, name.get_ref());
        met.extend(known.map(|known| (known, name.span())));
        match current(EXPECT, name.get_ref()) {
            "where" | "better_than" => {
                for (name, node) in of_full_names(Some(node)) {
                    in_key(met, &name, node);
                }
            }
            name => {
                let items = node.get_ref().as_array().into_iter().flatten();
                for node in items.chain([node]) {
                    let word = node.get_ref().as_str().unwrap_or_default();
                    let known = find(&format!("{EXPECT}.{name}"), word);
                    met.extend(known.map(|known| (known, node.span())));
                }
            }
        }
    }
}

/// A value of a key, or several of them.
fn in_key(met: &mut Vec<DeprecatedSpan>, name: &str, node: &Node) {
    let Some(key) = keys::find(name) else { return };
    in_value(met, key.name, &key.kind, node);
    for item in node.get_ref().as_array().into_iter().flatten() {
        in_value(met, key.name, &key.kind, item);
    }
}

/// One value, as [`super::convert::value`] reads it.
pub(super) fn in_value(met: &mut Vec<DeprecatedSpan>, at: &str, kind: &Kind, node: &Node) {
    match (kind, node.get_ref()) {
        (Kind::Words(words), DeValue::String(word)) => {
            met.extend(found(at, word, words).map(|known| (known, node.span())));
        }
        (Kind::List { of, .. }, DeValue::Array(items)) => {
            items.iter().for_each(|item| in_value(met, at, of, item));
        }
        (Kind::Record(fields), DeValue::Table(table)) => {
            for field in *fields {
                if let Some(item) = table.get(field.name) {
                    in_value(met, &format!("{at}.{}", field.name), &field.kind, item);
                }
            }
        }
        (Kind::Any(kinds), _) => {
            if let Some(kind) = kinds.iter().find(|kind| fits(kind, node)) {
                in_value(met, at, kind, node);
            }
        }
        (
            Kind::Bool
            | Kind::Integer { .. }
            | Kind::Number(_)
            | Kind::Text
            | Kind::Words(_)
            | Kind::List { .. }
            | Kind::Pair
            | Kind::Record(_),
            _,
        ) => {}
    }
}

fn entries<'t, 'i>(node: Option<&'t Node<'i>>) -> impl Iterator<Item = (&'t str, &'t Node<'i>)> {
    let table = node.and_then(|node| node.get_ref().as_table());
    let entries = table.into_iter().flatten();
    entries.map(|(name, node)| (name.get_ref().as_ref(), node))
}

/// The entries of a table of keys with full names, as [`Reader::entries`](super::reader::Reader::entries) has them, and without its faults.
fn of_full_names<'t, 'i>(node: Option<&'t Node<'i>>) -> Vec<(String, &'t Node<'i>)> {
    let mut all = Vec::new();
    for (name, node) in entries(node) {
        match name == "data" && node.get_ref().is_table() {
            true => {
                all.extend(entries(Some(node)).map(|(name, node)| (format!("data.{name}"), node)))
            }
            false => all.push((name.to_owned(), node)),
        }
    }
    all
}
