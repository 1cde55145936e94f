//! Reads `[grid]` and `[zip.*]` into axes: lists, `{ log = [a, b], n = k }`, `{ linear = … }`. With `[sample]`, a
//! range of `[grid]` has ends and no points yet.

use super::convert::{self, Node, shape};
use super::place::Place;
use super::range::{self, range};
use super::reader::{Entry, Reader, Section};
use super::registry::Key;
use super::suggest::{suggestion, ticked};
use super::sweep::Axis;
use super::value::Value;
use crate::config::value_error::Wrong;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// Axes with the places of their points, indexed by axis and key.
#[derive(Debug, Default)]
pub(crate) struct Axes {
    pub axes: Vec<Axis>,
    pub places: Vec<Vec<Vec<Place>>>,
    /// Every key that an axis sets, even if its points could not be read.
    keys: Vec<(&'static str, Range<usize>)>,
}

/// A value and its span.
type Point = (Value, Range<usize>);

/// Reads every key of `[grid]` as an axis. `sampled` is true if cells are sampled.
pub(crate) fn grid(
    reader: &mut Reader,
    axes: &mut Axes,
    table: &DeTable,
    cap: usize,
    sampled: bool,
) {
    for entry in reader.entries(table) {
        let ranged = as_range(entry.node).filter(|_| sampled);
        if let Some(table) = ranged {
            continuous(reader, axes, &entry, table);
            continue;
        }
        let Some((key, points)) = column(reader, axes, &entry.name, entry.span, entry.node, cap)
        else {
            continue;
        };
        let place = |(_, span): &Point| reader.place(span.clone());
        axes.places.push(vec![points.iter().map(place).collect()]);
        axes.axes.push(Axis {
            name: key.name.to_owned(),
            keys: vec![key.name.to_owned()],
            points: points.into_iter().map(|(value, _)| vec![value]).collect(),
            range: None,
        });
    }
}

/// Returns the table of a range.
fn as_range<'t, 'i>(node: &'t Node<'i>) -> Option<&'t DeTable<'i>> {
    let table = node.get_ref().as_table()?;
    (table.contains_key("log") || table.contains_key("linear")).then_some(table)
}

/// Reads an axis with values that are sampled between the ends of a range.
fn continuous(reader: &mut Reader, axes: &mut Axes, entry: &Entry, table: &DeTable) {
    let Some(key) = unvaried(reader, axes, &entry.name, entry.span.clone()) else {
        return;
    };
    let read = range::ends(entry.node, table, key);
    if let Some(range) = reader.check_key(key, read) {
        axes.places
            .push(vec![vec![reader.place(entry.node.span())]]);
        axes.axes.push(Axis {
            name: key.name.to_owned(),
            keys: vec![key.name.to_owned()],
            points: Vec::new(),
            range: Some(range),
        });
    }
}

/// Reads the keys of `[zip.name]` as one axis.
pub(crate) fn zip(
    reader: &mut Reader,
    axes: &mut Axes,
    name: &str,
    span: Range<usize>,
    table: &DeTable,
    cap: usize,
) {
    let entries = reader.entries(table);
    let count = entries.len();
    let mut columns: Vec<(&'static Key, Range<usize>, Vec<Point>)> = Vec::new();
    for entry in entries {
        let span = entry.span.clone();
        if let Some((key, points)) = column(reader, axes, &entry.name, entry.span, entry.node, cap)
        {
            columns.push((key, span, points));
        }
    }
    if count == 0 {
        let message = format!("[zip.{name}] has no keys");
        reader.fault(span, message, "expected keys that vary together", None);
        return;
    }
    let complete = columns.len() == count;
    let Some(length) = columns.first().map(|(_, _, points)| points.len()) else {
        return;
    };
    let unequal = columns.iter().any(|(_, _, points)| points.len() != length);
    if unequal {
        let lengths = columns
            .iter()
            .map(|(key, _, points)| format!("`{}` has {}", key.name, points.len()));
        let lengths: Vec<String> = lengths.collect();
        let other = columns.iter().find(|(_, _, points)| points.len() != length);
        let span = other.map_or(span, |(_, span, _)| span.clone());
        reader.fault(
            span,
            format!("the keys of [zip.{name}] have lists of different lengths"),
            lengths.join(", "),
            Some("give all keys of a zip the same number of values".to_owned()),
        );
    }
    if unequal || !complete {
        reader
            .doubtful
            .extend(columns.iter().map(|(key, _, _)| key.name));
        return;
    }
    let point = |i: usize| {
        columns
            .iter()
            .map(|(_, _, points)| points[i].0.clone())
            .collect()
    };
    let place = |(_, span): &Point| reader.place(span.clone());
    let places = columns
        .iter()
        .map(|(_, _, points)| points.iter().map(place).collect());
    axes.places.push(places.collect());
    axes.axes.push(Axis {
        name: name.to_owned(),
        keys: columns
            .iter()
            .map(|(key, _, _)| key.name.to_owned())
            .collect(),
        points: (0..length).map(point).collect(),
        range: None,
    });
}

/// Reads one key and its points. Returns nothing after an error.
fn column(
    reader: &mut Reader,
    axes: &mut Axes,
    name: &str,
    span: Range<usize>,
    node: &Node,
    cap: usize,
) -> Option<(&'static Key, Vec<Point>)> {
    let key = unvaried(reader, axes, name, span)?;
    let points = points(reader, node, key, cap);
    if points.is_none() {
        reader.doubtful.insert(key.name);
    }
    Some((key, points?))
}

/// Returns the key of a name, unless another axis already has it.
fn unvaried(
    reader: &mut Reader,
    axes: &mut Axes,
    name: &str,
    span: Range<usize>,
) -> Option<&'static Key> {
    let key = reader.key(Section::Full, name, span.clone())?;
    if let Some((_, first)) = axes.keys.iter().find(|(name, _)| *name == key.name) {
        let line = reader.place(first.clone()).line();
        reader.fault(
            span,
            format!("`{}` is varied twice", key.name),
            format!("line {line} varies it already"),
            Some("use a key in one axis only".to_owned()),
        );
        return None;
    }
    axes.keys.push((key.name, span));
    Some(key)
}

fn points(reader: &mut Reader, node: &Node, key: &'static Key, cap: usize) -> Option<Vec<Point>> {
    match node.get_ref() {
        DeValue::Array(items) if items.is_empty() => {
            let message = format!("the axis `{}` is empty", key.name);
            let help =
                "list its values, or remove the axis: an empty axis makes an empty grid".to_owned();
            reader.fault(
                node.span(),
                message,
                "expected at least one value",
                Some(help),
            );
            None
        }
        DeValue::Array(items) => {
            // Report every wrong point, not only the first.
            let read = items.iter().map(|item| {
                let value = convert::value(item, &key.kind, key.name);
                let value = value.map_err(|mut wrong| {
                    listed(&mut wrong, item, key);
                    wrong
                });
                reader
                    .check_key(key, value)
                    .map(|value| (value, item.span()))
            });
            read.collect::<Vec<_>>().into_iter().collect()
        }
        DeValue::Table(_) if let Some(table) = as_range(node) => {
            let range = range(node, table, key, cap);
            let values = reader.check_key(key, range)?;
            Some(
                values
                    .into_iter()
                    .map(|value| (value, node.span()))
                    .collect(),
            )
        }
        DeValue::Table(table) if let Some(name) = unknown_range(table, key) => {
            let message = format!("unknown range `{name}`");
            let help = suggestion(name, ["log", "linear"], ticked).unwrap_or_else(|| {
                "write { log = [a, b], n = k } or { linear = [a, b], n = k }".to_owned()
            });
            reader.fault(
                node.span(),
                message,
                "expected `log` or `linear`",
                Some(help),
            );
            None
        }
        DeValue::String(_)
        | DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_)
        | DeValue::Table(_) => {
            let what = if key.kind.is_numeric() {
                "expected a list of values, or a range"
            } else {
                "expected a list of values"
            };
            let range = if key.kind.is_numeric() {
                ", or a range such as { log = [0.001, 1.0], n = 4 }"
            } else {
                ""
            };
            let help = format!(
                "put a fixed value into [{}]; an axis is a list{range}",
                key.section()
            );
            let message = format!("the axis `{}` has the wrong type", key.name);
            reader.fault(
                node.span(),
                message,
                format!("{what}, found {}", shape(node)),
                Some(help),
            );
            None
        }
    }
}

/// Returns the name of a range of an unknown kind, such as `loguniform`.
fn unknown_range<'t>(table: &'t DeTable, key: &Key) -> Option<&'t str> {
    let mut names = table.keys().map(|name| name.get_ref().as_ref());
    names
        .find(|name| *name != "n")
        .filter(|_| key.kind.is_numeric())
}

/// Adds help if a point of a key that takes lists is not a list.
fn listed(wrong: &mut [Wrong], item: &Node, key: &Key) {
    if key.kind.is_list() && !item.get_ref().is_array() {
        for wrong in wrong {
            wrong.help = Some(format!(
                "each value of `{}` is a list, so its axis is a list of lists: [[…], […]]",
                key.name
            ));
        }
    }
}

impl Axes {
    /// Returns the number of keys that axes set, readable or not.
    pub fn count(&self) -> usize {
        self.keys.len()
    }

    /// Removes a key from its axis, and the axis if it has no other key.
    pub fn drop_key(&mut self, key: &str) {
        for (axis, places) in self.axes.iter_mut().zip(&mut self.places) {
            if let Some(i) = axis.keys.iter().position(|name| name == key) {
                axis.keys.remove(i);
                places.remove(i);
                for point in &mut axis.points {
                    point.remove(i);
                }
            }
        }
        self.places.retain(|places| !places.is_empty());
        self.axes.retain(|axis| !axis.keys.is_empty());
    }
}
