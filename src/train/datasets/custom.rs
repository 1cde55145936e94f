//! Rows of a custom data source: read once, checked like a file, and identified by their hash.

use super::constant;
use super::rows::{RawTable, Rows};
use crate::config::Fault;
use crate::config::custom::{CustomSettings, Given};
use crate::config::files::Named;
use crate::config::settings::Source;
use crate::format::count;
use std::error::Error;
use std::path::Path;

/// A request for the rows of a source, from a sweep file.
#[derive(Debug, Clone, Copy)]
pub struct SourceRequest<'a> {
    /// The folder of the sweep file; paths are relative to it.
    pub folder: &'a Path,
    /// The given fields with their values.
    pub given: &'a Given,
}

/// All rows of a source, in their original units.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CustomRows {
    /// Names of the d features.
    pub features: Vec<String>,
    /// Names of the targets: one, or k numeric ones.
    pub targets: Vec<String>,
    /// Class names by index; empty for a regression.
    pub classes: Vec<String>,
    /// n × d features, row-major.
    pub x: Vec<f64>,
    /// n values, or class indices; n × k values for k targets, row-major.
    pub y: Vec<f64>,
}

/// Makes or reads the rows. Equal requests must return equal rows.
///
/// # Errors
/// Any error, with a message that says what to do.
pub type Read = fn(SourceRequest) -> Result<CustomRows, Box<dyn Error + Send + Sync>>;

/// The rows of one source.
#[derive(Debug)]
pub(super) struct CustomContent {
    /// The blake3 hash of all rows, in hexadecimal.
    pub digest: String,
    pub table: RawTable,
}

/// Reads the sources that a sweep names. Returns the rows without errors, and the errors of the others with their
/// places.
pub(super) fn read(named: &[Named]) -> (Vec<(Source, CustomContent)>, Vec<Fault>) {
    let (mut contents, mut faults) = (Vec::new(), Vec::new());
    for one in named {
        let Source::Custom { own, folder } = &one.source else {
            continue;
        };
        match content(own, folder) {
            Ok(content) => contents.push((one.source.clone(), content)),
            Err(why) => {
                let message = format!("failed to read rows from `{}`: {why}", own.name);
                faults.push(Fault::at(&one.place, message, "named here"));
            }
        }
    }
    (contents, faults)
}

fn content(own: &CustomSettings, folder: &Path) -> Result<CustomContent, String> {
    let read = own.code.get::<Read>();
    let read = read.ok_or("this program does not define it; add the source to the registry")?;
    let given = &own.given;
    let rows = read(SourceRequest { folder, given }).map_err(|why| why.to_string())?;
    check(&rows)?;
    let digest = digest(&rows);
    let table = RawTable {
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
    Ok(CustomContent { digest, table })
}

/// Checks what training requires.
fn check(rows: &CustomRows) -> Result<(), String> {
    let (d, targets) = (rows.features.len(), rows.targets.len());
    if rows.y.is_empty() || d == 0 || targets == 0 {
        let why = "it returned no rows, no features or no target; return at least one of each";
        return Err(why.to_owned());
    }
    if targets > 1 && !rows.classes.is_empty() {
        return Err(
            "it returned several targets and classes; classes need a single target".to_owned(),
        );
    }
    let n = rows.y.len() / targets;
    if rows.y.len() != n * targets {
        return Err(format!(
            "it returned {} of y for {}; return y row by row",
            count(rows.y.len(), "number"),
            count(targets, "target")
        ));
    }
    if rows.x.len() != n * d {
        return Err(format!(
            "it returned {} of x, but {} and {} make {}; return x row by row",
            count(rows.x.len(), "number"),
            count(d, "feature"),
            count(n, "row"),
            n * d
        ));
    }
    if let Some(at) = rows.x.iter().position(|x| !x.is_finite()) {
        let (row, feature) = (at / d + 1, &rows.features[at % d]);
        return Err(format!(
            "`{feature}` of row {row} is not finite; remove the row, or fill in the value"
        ));
    }
    let k = rows.classes.len();
    let is_good = |y: &f64| match k {
        0 => y.is_finite(),
        _ => y.fract() == 0.0 && (0.0..k as f64).contains(y),
    };
    match rows.y.iter().position(|y| !is_good(y)) {
        None if k == 1 => Err("it has one class; classification needs at least two".into()),
        None => match constant::of_rows(&rows.y, targets, &rows.targets, &rows.classes) {
            Some(what) => Err(format!("{what}; {}", constant::HELP)),
            None => Ok(()),
        },
        Some(at) if k == 0 => Err(format!(
            "y of row {} is not finite; remove the row",
            at / targets + 1
        )),
        Some(at) => Err(format!(
            "y of row {} is {}; return the index of a class, from 0 to {}",
            at + 1,
            rows.y[at],
            k - 1
        )),
    }
}

fn digest(rows: &CustomRows) -> String {
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

    fn rows() -> CustomRows {
        CustomRows {
            features: vec!["a".to_owned(), "b".to_owned()],
            targets: vec!["class".to_owned()],
            classes: vec!["no".to_owned(), "yes".to_owned()],
            x: vec![1.0, 2.0, 3.0, 4.0],
            y: vec![0.0, 1.0],
        }
    }

    #[test]
    fn rows_that_training_cannot_use_are_rejected() {
        assert_eq!(check(&rows()), Ok(()));
        let of = |change: fn(&mut CustomRows)| {
            let mut rows = rows();
            change(&mut rows);
            check(&rows).unwrap_err()
        };
        assert!(of(|rows| rows.y.clear()).contains("no rows"));
        assert!(of(|rows| rows.x.truncate(3)).contains("3 numbers of x"));
        assert!(of(|rows| rows.x[3] = f64::NAN).contains("`b` of row 2"));
        assert!(of(|rows| rows.y[1] = 2.0).contains("y of row 2 is 2"));
        assert!(of(|rows| rows.classes.truncate(1)).contains("y of row 2 is 1"));
        assert!(of(|rows| rows.y[1] = 0.0).contains("all rows have the class `no`"));
        let number = |rows: &mut CustomRows| {
            rows.classes.clear();
            rows.y = vec![5.0; 2];
        };
        assert!(of(number).contains("every target is 5"));
    }

    #[test]
    fn different_rows_have_different_hashes() {
        let mut other = rows();
        other.x[0] = 1.5;
        assert_ne!(digest(&rows()), digest(&other));
    }
}
