//! The data files that a sweep names, and the values of a cell that follow from their contents.
//!
//! Data files are read before cells exist, because the number of classes of a column determines the default loss.
//! Errors of data files are reported with all other errors.

use super::choices::FormatName;
use super::place::Place;
use super::registry::{Registry, Values};
use super::rules::{self, file_field, part};
use super::settings::{
    Contents, CustomSettings, Delimiter, Given, Missing, Reading, Source, TaskKind,
};
use super::sweep::Sweep;
use super::value::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// A data file and how it is used.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    /// A source for which [`Source::is_file`] is true.
    pub source: Source,
    /// The place in the sweep file that names it.
    pub place: Place,
}

/// Returns every data file that a sweep names, each use of it once.
pub fn named(sweep: &Sweep) -> Vec<Named> {
    const KEY: &str = "data.source";
    let (mut named, mut known): (Vec<Named>, BTreeSet<String>) = Default::default();
    let mut add = |value: &Value, place: Option<&Place>| {
        if let (Some(source), Some(place)) =
            (file(value, sweep.folder(), sweep.given.registry()), place)
            && known.insert(format!("{source:?}"))
        {
            let place = place.clone();
            named.push(Named { source, place });
        }
    };
    let mut varied = false;
    for (axis, places) in sweep.axes.iter().zip(&sweep.places.axes) {
        let Some(column) = axis.keys.iter().position(|key| key == KEY) else {
            continue;
        };
        varied = true;
        for (i, point) in axis.points.iter().enumerate() {
            add(&point[column], places[column].get(i));
        }
    }
    if let Some(value) = sweep.given.get(KEY).filter(|_| !varied) {
        add(value, sweep.places.value(KEY));
    }
    named
}

/// Returns the data files that a value of `data.source` names; `None` for a generator, and for words that are not
/// implemented. Paths are relative to the folder of the sweep file.
pub fn file(source: &Value, folder: &Path, registry: Registry) -> Option<Source> {
    if let Some(own) = own_source(source, registry) {
        let folder = folder.to_owned();
        return Some(Source::Custom { own, folder });
    }
    let field = |name| file_field(source, name);
    let targets = rules::targets(source);
    let (target, others) = targets.split_first()?;
    let task = match field("task") {
        Some(word) => Some(TaskKind::of(word)?),
        None => rules::task(source),
    };
    let of_array = task.unwrap_or(TaskKind::Regression);
    Some(match FormatName::of(rules::format(source, registry)?)? {
        FormatName::Npy => Source::Npy {
            path: folder.join(field("npy")?),
            target: folder.join(target),
            task: of_array,
        },
        FormatName::Npz => Source::Npz {
            path: folder.join(field("npz")?),
            features: field("features").unwrap_or("x").to_owned(),
            target: (*target).to_owned(),
            task: of_array,
        },
        FormatName::Idx => Source::Idx {
            path: folder.join(field("idx")?),
            target: folder.join(target),
            task: of_array,
        },
        FormatName::Csv => Source::Csv {
            path: folder.join(field("csv")?),
            target: (*target).to_owned(),
            others: others.iter().map(|&other| other.to_owned()).collect(),
            task,
            reading: reading(source)?,
        },
    })
}

/// Returns the settings of a custom source; `None` for other sources.
fn own_source(source: &Value, registry: Registry) -> Option<CustomSettings> {
    let (name, given) = match source {
        Value::Text(word) => (word.as_str(), Vec::new()),
        Value::Table(fields) => (rules::format(source, registry)?, fields.clone()),
        Value::Bool(_) | Value::Integer(_) | Value::Number(_) | Value::List(_) => return None,
    };
    registry.source(name).map(|(source, code)| CustomSettings {
        code: code.clone(),
        name: source.name.to_owned(),
        version: 0,
        given: Given(given.into()),
    })
}

/// Returns how a CSV file is read; none where a word for it is not implemented.
fn reading(source: &Value) -> Option<Reading> {
    let categories = match part(source, "categories") {
        Some(Value::List(names)) => names.iter().filter_map(Value::text).collect(),
        _ => Vec::new(),
    };
    Some(Reading {
        delimiter: match file_field(source, "delimiter") {
            Some(word) => Delimiter::of(word)?,
            None => Delimiter::default(),
        },
        categories: categories.into_iter().map(str::to_owned).collect(),
        missing: match file_field(source, "missing") {
            Some(word) => Some(Missing::of(word)?),
            None => None,
        },
    })
}

/// The keys that the contents of a data file set: the numbers of rows, features and classes.
const HELD: [&str; 3] = ["data.rows", "data.features", "data.classes"];

/// Returns whether the contents of a data file set this key of a cell. Such a value is not a default, even if it
/// equals one.
pub fn is_held(values: &Values, key: &str) -> bool {
    rules::is_file(values) && HELD.contains(&key)
}

/// Sets the rows, features and classes of a cell to the contents of its data file. Removes them if the contents are
/// unknown. Zero classes mean a numeric target.
pub fn hold(values: &mut Values, contents: Option<Contents>) {
    values.0.retain(|(key, _)| !HELD.contains(&key.as_str()));
    if let Some(Contents {
        rows,
        features,
        classes,
        ..
    }) = contents
    {
        for (key, n) in HELD.into_iter().zip([rows, features, classes]) {
            if n > 0 {
                values.set(key, Value::Integer(n as i64));
            }
        }
    }
}
