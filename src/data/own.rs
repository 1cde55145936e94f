//! Rows out of a data source of a person's own: read once, checked as a file is, and known by their digest.

use super::{Rows, Table, constant};
use crate::number::count;
use crate::spec::Fault;
use crate::spec::files::Named;
use crate::spec::own::Given;
use crate::spec::settings::Source;
use std::error::Error;
use std::path::Path;
use std::sync::OnceLock;

/// What a sweep file says of a source.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The folder of the sweep file, at which paths start.
    pub folder: &'a Path,
    /// Its fields with their values, those that were left out not among them.
    pub given: &'a Given,
}

/// All rows of a source, in their own units.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OwnRows {
    /// Names of the features, d of them.
    pub features: Vec<String>,
    /// Names of what is predicted: one, or k that are numbers.
    pub targets: Vec<String>,
    /// Names of the classes, by index; empty for a regression.
    pub classes: Vec<String>,
    /// n × d, row after row.
    pub x: Vec<f64>,
    /// n values, or indices of classes; of k targets n × k values, row after row.
    pub y: Vec<f64>,
}

/// Makes or reads the rows: the same ones whenever it is asked the same.
///
/// # Errors
/// Whatever stops it, in words that say what to do.
pub type Read = fn(Asked) -> Result<OwnRows, Box<dyn Error + Send + Sync>>;

static SOURCES: OnceLock<Vec<(&'static str, Read)>> = OnceLock::new();

/// Adds what reads the sources that [`crate::spec::own::add`] added; only the first call does.
pub fn add(sources: Vec<(&'static str, Read)>) {
    // Words are added first, and they refuse a second time.
    let _ = SOURCES.set(sources);
}

/// The rows of one source.
#[derive(Debug)]
pub(super) struct Content {
    /// blake3 of all that was read, in hexadecimal.
    pub digest: String,
    pub table: Table,
}

/// Reads the sources that a sweep names. Those without faults, and the fault of every other, at its place.
pub(super) fn read(named: &[Named]) -> (Vec<(Source, Content)>, Vec<Fault>) {
    let (mut contents, mut faults) = (Vec::new(), Vec::new());
    for one in named {
        let Source::Own { own, folder } = &one.source else {
            continue;
        };
        let given = &own.given;
        match content(&own.name, Asked { folder, given }) {
            Ok(content) => contents.push((one.source.clone(), content)),
            Err(why) => {
                let message = format!("failed to take rows from `{}`: {why}", own.name);
                faults.push(Fault::at(&one.place, message, "named here"));
            }
        }
    }
    (contents, faults)
}

fn content(name: &str, asked: Asked) -> Result<Content, String> {
    let mut sources = SOURCES.get().into_iter().flatten();
    let read = sources.find(|(of, _)| *of == name).map(|(_, read)| *read);
    let read = read.ok_or("this program does not have it; add it before anything else")?;
    let rows = read(asked).map_err(|why| why.to_string())?;
    check(&rows)?;
    let digest = digest(&rows);
    let table = Table {
        features: rows.features,
        classes: rows.classes,
        rows: Rows {
            x: rows.x.into(),
            y: rows.y,
            targets: rows.targets.len(),
        },
        targets: rows.targets,
        left_out: 0,
    };
    Ok(Content { digest, table })
}

/// What training relies on.
fn check(rows: &OwnRows) -> Result<(), String> {
    let (d, targets) = (rows.features.len(), rows.targets.len());
    if rows.y.is_empty() || d == 0 || targets == 0 {
        let why = "it gave no rows, no features or no target; give at least one of each";
        return Err(why.to_owned());
    }
    if targets > 1 && !rows.classes.is_empty() {
        return Err("it gave several targets and classes; classes are of one".to_owned());
    }
    let n = rows.y.len() / targets;
    if rows.y.len() != n * targets {
        return Err(format!(
            "it gave {} of y for {}; give y row after row",
            count(rows.y.len(), "number"),
            count(targets, "target")
        ));
    }
    if rows.x.len() != n * d {
        return Err(format!(
            "it gave {} of x, but {} and {} make {}; give x row after row",
            count(rows.x.len(), "number"),
            count(d, "feature"),
            count(n, "row"),
            n * d
        ));
    }
    if let Some(at) = rows.x.iter().position(|x| !x.is_finite()) {
        let (row, feature) = (at / d + 1, &rows.features[at % d]);
        return Err(format!(
            "`{feature}` of row {row} is not finite; leave the row out, or fill it"
        ));
    }
    let k = rows.classes.len();
    let is_good = |y: &f64| match k {
        0 => y.is_finite(),
        _ => y.fract() == 0.0 && (0.0..k as f64).contains(y),
    };
    match rows.y.iter().position(|y| !is_good(y)) {
        None if k == 1 => Err("it has one class; classes need at least two to tell apart".into()),
        None => match constant::of_rows(&rows.y, targets, &rows.targets, &rows.classes) {
            Some(what) => Err(format!("{what}; {}", constant::HELP)),
            None => Ok(()),
        },
        Some(at) if k == 0 => Err(format!(
            "y of row {} is not finite; leave it out",
            at / targets + 1
        )),
        Some(at) => Err(format!(
            "y of row {} is {}; give the index of a class, from 0 to {}",
            at + 1,
            rows.y[at],
            k - 1
        )),
    }
}

fn digest(rows: &OwnRows) -> String {
    let mut hasher = blake3::Hasher::new();
    for many in [rows.features.len(), rows.targets.len(), rows.classes.len()] {
        hasher.update(&(many as u64).to_le_bytes());
    }
    let names = rows.features.iter().chain(&rows.targets);
    for name in names.chain(&rows.classes) {
        hasher.update(&(name.len() as u64).to_le_bytes());
        hasher.update(name.as_bytes());
    }
    for number in rows.x.iter().chain(&rows.y) {
        hasher.update(&number.to_le_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn rows() -> OwnRows {
        OwnRows {
            features: vec!["a".to_owned(), "b".to_owned()],
            targets: vec!["class".to_owned()],
            classes: vec!["no".to_owned(), "yes".to_owned()],
            x: vec![1.0, 2.0, 3.0, 4.0],
            y: vec![0.0, 1.0],
        }
    }

    #[test]
    fn rows_that_training_could_not_take_are_refused() {
        assert_eq!(check(&rows()), Ok(()));
        let of = |change: fn(&mut OwnRows)| {
            let mut rows = rows();
            change(&mut rows);
            check(&rows).unwrap_err()
        };
        assert!(of(|rows| rows.y.clear()).contains("no rows"));
        assert!(of(|rows| rows.x.truncate(3)).contains("3 numbers of x"));
        assert!(of(|rows| rows.x[3] = f64::NAN).contains("`b` of row 2"));
        assert!(of(|rows| rows.y[1] = 2.0).contains("y of row 2 is 2"));
        assert!(of(|rows| rows.classes.truncate(1)).contains("y of row 2 is 1"));
        assert!(of(|rows| rows.y[1] = 0.0).contains("every row is of the class `no`"));
        let number = |rows: &mut OwnRows| {
            rows.classes.clear();
            rows.y = vec![5.0; 2];
        };
        assert!(of(number).contains("every target is 5"));
    }

    #[test]
    fn other_rows_have_another_digest() {
        let mut other = rows();
        other.x[0] = 1.5;
        assert_ne!(digest(&rows()), digest(&other));
    }
}
