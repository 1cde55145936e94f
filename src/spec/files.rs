//! The data files that a sweep names, and the values of a cell that follow from their contents.
//!
//! Data files are read before cells exist, because the number of classes of a column determines the default loss.
//! Errors of data files are reported with all other errors.

use super::own::{self, Given, Own};
use super::place::Place;
use super::rules::{self, file_field, part};
use super::settings::{Contents, Delimiter, Missing, Reading, Source, TaskKind};
use super::sweep::Sweep;
use super::value::{Value, Values};
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
        if let (Some(source), Some(place)) = (file(value, sweep.folder()), place)
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

/// Returns the data files that a value of `data.source` names; `None` for a generator. Paths are relative to the
/// folder of the sweep file.
pub fn file(source: &Value, folder: &Path) -> Option<Source> {
    if let Some(own) = own_source(source) {
        let folder = folder.to_owned();
        return Some(Source::Own { own, folder });
    }
    let field = |name| file_field(source, name);
    let targets = rules::targets(source);
    let (target, others) = targets.split_first()?;
    let task = task(source);
    let of_array = task.unwrap_or(TaskKind::Regression);
    Some(match rules::format(source)? {
        "npy" => Source::Npy {
            path: folder.join(field("npy")?),
            target: folder.join(target),
            task: of_array,
        },
        "npz" => Source::Npz {
            path: folder.join(field("npz")?),
            features: field("features").unwrap_or("x").to_owned(),
            target: (*target).to_owned(),
            task: of_array,
        },
        "idx" => Source::Idx {
            path: folder.join(field("idx")?),
            target: folder.join(target),
            task: of_array,
        },
        _ => Source::Csv {
            path: folder.join(field("csv")?),
            target: (*target).to_owned(),
            others: others.iter().map(|&other| other.to_owned()).collect(),
            task,
            reading: reading(source),
        },
    })
}

/// Returns the settings of a custom source; `None` for other sources.
fn own_source(source: &Value) -> Option<Own> {
    let (name, given) = match source {
        Value::Text(word) => (word.as_str(), Vec::new()),
        Value::Table(fields) => (rules::format(source)?, fields.clone()),
        _ => return None,
    };
    own::source(name).map(|source| Own {
        name: source.name.to_owned(),
        version: 0,
        given: Given(Values(given)),
    })
}

/// Returns how a CSV file is read.
fn reading(source: &Value) -> Reading {
    let word = |name| file_field(source, name);
    let delimiter = Delimiter::ALL
        .into_iter()
        .find(|(name, _)| word("delimiter") == Some(name));
    let categories = match part(source, "categories") {
        Some(Value::List(names)) => names
            .iter()
            .filter_map(|name| match name {
                Value::Text(name) => Some(name.clone()),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    };
    Reading {
        delimiter: delimiter
            .map(|(_, delimiter)| delimiter)
            .unwrap_or_default(),
        categories,
        missing: word("missing").map(|word| match word {
            "drop" => Missing::Drop,
            "median" => Missing::Median,
            _ => Missing::Mean,
        }),
    }
}

/// Returns the declared kind of target. By default, an array holds numbers, an IDX file holds classes, and several
/// targets are numbers. `None` means that the content of the CSV file decides.
pub(super) fn task(source: &Value) -> Option<TaskKind> {
    let several = rules::targets(source).len() > 1;
    match (file_field(source, "task"), rules::format(source)?) {
        (Some("classes"), _) | (None, "idx") => Some(TaskKind::Classes),
        (Some(_), _) | (None, "npy" | "npz") => Some(TaskKind::Regression),
        (None, _) => several.then_some(TaskKind::Regression),
    }
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
