//! The data files that a sweep names, and what their contents say of a cell.
//!
//! Files are read before there are cells: how many classes a column holds decides the loss of a cell
//! that gives none, and what is wrong with a file is told with what is wrong elsewhere.

use super::own::{self, Given, Own};
use super::place::Place;
use super::rules::{self, file_field, part};
use super::settings::{Contents, Delimiter, Missing, Reading, Source, TaskKind};
use super::sweep::Sweep;
use super::value::{Value, Values};
use std::collections::BTreeSet;
use std::path::Path;

/// A data file with the use that is made of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    /// One that [`Source::is_file`].
    pub source: Source,
    /// Where the sweep names it.
    pub place: Place,
}

/// Every data file that a sweep names, each use of it once.
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

/// The file, or the two, that a value of `data.source` names; none for a generator. Paths start at the
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

/// What is said of a source that was added; nothing of another.
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

/// How a file of separated values is read.
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

/// What a file is said to hold. Where nothing is said, an array holds numbers and an IDX file classes, and
/// several targets are numbers; what else CSV holds is seen there.
pub(super) fn task(source: &Value) -> Option<TaskKind> {
    let several = rules::targets(source).len() > 1;
    match (file_field(source, "task"), rules::format(source)?) {
        (Some("classification"), _) | (None, "idx") => Some(TaskKind::Classes),
        (Some(_), _) | (None, "npy" | "npz") => Some(TaskKind::Regression),
        (None, _) => several.then_some(TaskKind::Regression),
    }
}

/// The keys that a data file sets by what it holds: its numbers of rows, features and classes.
const HELD: [&str; 3] = ["data.rows", "data.features", "data.classes"];

/// Whether the contents of a data file set this key of a cell, so that its value is no default even where
/// it equals one.
pub fn is_held(values: &Values, key: &str) -> bool {
    rules::is_file(values) && HELD.contains(&key)
}

/// Gives a cell with a data file the rows, features and classes that the file holds, in place of what
/// a generator would be told; none of them where that is not known. No classes mean a number.
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
