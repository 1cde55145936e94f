//! What is known of data files without reading them: what a sweep recorded of them at its last run. It is enough to find
//! the cells of the sweep and their stored runs, but not to train.

use super::files::{Files, Recorded};
use crate::config::Fault;
use crate::config::files::Named;
use crate::config::settings::{Missing, Reading, Source, TaskKind};
use serde_json::{Map, Value as Json, json};
use std::iter::once;
use std::path::{Path, PathBuf};

impl Files {
    /// Returns what to record of the data files that a sweep names, in their order; `None` if one was not read. `folder`
    /// is that of the sweep file.
    pub fn recorded(&self, named: &[Named], folder: &Path) -> Option<Vec<Recorded>> {
        let record = |named: &Named| {
            Some(Recorded {
                source: Some(described(&named.source, folder)),
                contents: self.contents(&named.source)?,
                digest: self.digest_of(&named.source).to_owned(),
            })
        };
        named.iter().map(record).collect()
    }

    /// Reads the data files that a sweep names, to look at its stored runs. A file that is missing, or that differs from
    /// the record of its source, is as recorded. Returns the files, the errors of the others, and why a record is in use,
    /// if any is. `folder` is that of the sweep file.
    pub fn read_or_recall(
        named: &[Named],
        folder: &Path,
        recorded: &[Recorded],
    ) -> (Files, Vec<Fault>, Option<String>) {
        let (files, faults) = Files::read(named);
        let (mut left, mut recalled) = (Vec::new(), Vec::new());
        for (i, (one, record)) in named
            .iter()
            .zip(records(named, folder, recorded))
            .enumerate()
        {
            // A file that was not read has no digest.
            match record.filter(|record| record.digest != files.digest_of(&one.source)) {
                Some(record) => recalled.push((one.source.clone(), record.clone())),
                None => left.push(i),
            }
        }
        if recalled.is_empty() {
            return (files, faults, None);
        }
        let why = match faults.first() {
            Some(fault) => fault.message.clone(),
            None => "its data have changed".to_owned(),
        };
        drop(files);
        let left: Vec<Named> = left.into_iter().map(|i| named[i].clone()).collect();
        let (mut files, faults) = Files::read(&left);
        files.recalled = recalled;
        (files, faults, Some(why))
    }
}

/// Returns the record of every data file that a sweep names. Those of older versions count by position, if the sweep still
/// names as many files.
fn records<'r>(
    named: &[Named],
    folder: &Path,
    recorded: &'r [Recorded],
) -> Vec<Option<&'r Recorded>> {
    let is_old = recorded.iter().all(|record| record.source.is_none());
    if is_old {
        let counts = recorded.len() == named.len();
        let by_position = (0..named.len()).map(|i| recorded.get(i).filter(|_| counts));
        return by_position.collect();
    }
    let of_source = |named: &Named| {
        let source = described(&named.source, folder);
        let mut recorded = recorded.iter();
        recorded.find(|record| record.source.as_ref() == Some(&source))
    };
    named.iter().map(of_source).collect()
}

/// Describes a source and its use. Paths are relative to the folder of the sweep file, so that they are the same in every
/// working directory.
fn described(source: &Source, folder: &Path) -> Json {
    let folder = absolute(folder);
    let relative = |path: &Path| {
        let path = absolute(path);
        let path = path.strip_prefix(&folder).unwrap_or(&path);
        path.display().to_string()
    };
    match source {
        Source::Csv {
            path,
            target,
            others,
            task,
            reading,
        } => {
            let Reading {
                delimiter,
                categories,
                missing,
            } = reading;
            json!({
                "csv": relative(path),
                "targets": once(target).chain(others).collect::<Vec<_>>(),
                "task": task.map(TaskKind::name),
                "delimiter": delimiter.name(),
                "categories": categories,
                "missing": missing.map(Missing::name),
            })
        }
        Source::Npy { path, target, task } => json!({
            "npy": relative(path), "target": relative(target), "task": task.name(),
        }),
        Source::Npz {
            path,
            features,
            target,
            task,
        } => json!({
            "npz": relative(path), "features": features, "target": target, "task": task.name(),
        }),
        Source::Idx { path, target, task } => json!({
            "idx": relative(path), "target": relative(target), "task": task.name(),
        }),
        Source::Custom { own, .. } => {
            let given = own.given.0.0.iter();
            let given = given.map(|(key, value)| (key.clone(), Json::from(value.toml())));
            json!({ "custom": own.name, "given": given.collect::<Map<_, _>>() })
        }
        Source::None
        | Source::Sine { .. }
        | Source::Wiggle { .. }
        | Source::Linear { .. }
        | Source::Gaussian { .. }
        | Source::Moons
        | Source::Circles
        | Source::Spirals { .. }
        | Source::Blobs { .. }
        | Source::Xor => Json::Null,
    }
}

/// Returns an absolute path, without reading the file system.
fn absolute(path: &Path) -> PathBuf {
    let path = match path.as_os_str().is_empty() {
        true => Path::new("."),
        false => path,
    };
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::config::{Document, Place};
    use std::fs;
    use tempfile::{TempDir, tempdir};

    /// Returns a CSV file with this column as target, as a sweep names it.
    fn csv(path: PathBuf, target: &str) -> Named {
        Named {
            source: Source::Csv {
                path,
                target: target.to_owned(),
                others: Vec::new(),
                task: None,
                reading: Reading::default(),
            },
            place: Place {
                document: Document::new("lr.toml", "").into(),
                span: 0..0,
            },
        }
    }

    /// Returns a folder with two files, and a use of each.
    fn two() -> (TempDir, [Named; 2]) {
        let folder = tempdir().unwrap();
        fs::write(folder.path().join("a.csv"), "x,y\n1,2\n3,4\n").unwrap();
        fs::write(folder.path().join("b.csv"), "x,y\n1,2\n3,4\n5,7\n").unwrap();
        let named = ["a.csv", "b.csv"].map(|name| csv(folder.path().join(name), "y"));
        (folder, named)
    }

    /// Returns what a sweep records of its files, after a round trip through the store.
    fn recorded(named: &[Named], folder: &Path) -> Vec<Recorded> {
        let recorded = Files::read(named).0.recorded(named, folder).unwrap();
        serde_json::from_str(&json!(recorded).to_string()).unwrap()
    }

    fn rows(files: &Files, named: &Named) -> Option<usize> {
        files.contents(&named.source).map(|contents| contents.rows)
    }

    #[test]
    fn a_missing_file_is_recalled_by_its_source_and_not_by_its_position() {
        let (folder, [a, b]) = two();
        let recorded = recorded(&[a.clone(), b.clone()], folder.path());
        fs::remove_file(folder.path().join("a.csv")).unwrap();
        fs::remove_file(folder.path().join("b.csv")).unwrap();
        for named in [&[b.clone(), a.clone()][..], std::slice::from_ref(&b)] {
            let (files, faults, why) = Files::read_or_recall(named, folder.path(), &recorded);
            assert_eq!(faults, []);
            assert!(why.unwrap().contains("not found"));
            assert_eq!(rows(&files, &b), Some(3));
            assert_eq!(files.digest_of(&b.source), recorded[1].digest);
        }
        // Another file, and another use of a file, are not recorded.
        for other in [
            csv(folder.path().join("c.csv"), "y"),
            csv(folder.path().join("a.csv"), "x"),
        ] {
            let named = [a.clone(), other.clone()];
            let (files, faults, _) = Files::read_or_recall(&named, folder.path(), &recorded);
            assert_eq!(faults.len(), 1);
            assert_eq!((rows(&files, &a), rows(&files, &other)), (Some(2), None));
        }
    }

    #[test]
    fn only_a_file_that_differs_from_its_record_is_recalled() {
        let (folder, named) = two();
        let recorded = recorded(&named, folder.path());
        let read = || Files::read_or_recall(&named, folder.path(), &recorded);
        assert_eq!(read().2, None);
        fs::write(folder.path().join("a.csv"), "x,y\n9,9\n3,4\n").unwrap();
        let (files, faults, why) = read();
        assert_eq!(faults, []);
        assert_eq!(why.as_deref(), Some("its data have changed"));
        let recalled: Vec<bool> = named
            .iter()
            .map(|one| files.recall(&one.source).is_some())
            .collect();
        assert_eq!(recalled, [true, false]);
        assert_eq!(files.digest_of(&named[0].source), recorded[0].digest);
    }

    #[test]
    fn records_of_older_versions_count_by_position_if_there_are_as_many_files() {
        let (folder, [a, b]) = two();
        let mut recorded = recorded(&[a.clone(), b.clone()], folder.path());
        for record in &mut recorded {
            let mut json = json!(record);
            json.as_object_mut().unwrap().remove("source");
            *record = serde_json::from_value(json).unwrap();
        }
        fs::remove_file(folder.path().join("b.csv")).unwrap();
        let named = [a.clone(), b.clone()];
        let (files, faults, _) = Files::read_or_recall(&named, folder.path(), &recorded);
        assert_eq!(faults, []);
        assert_eq!((rows(&files, &a), rows(&files, &b)), (Some(2), Some(3)));
        let one = std::slice::from_ref(&b);
        let (_, faults, why) = Files::read_or_recall(one, folder.path(), &recorded);
        assert_eq!((faults.len(), why), (1, None));
    }

    #[test]
    fn a_source_has_the_same_description_in_every_working_directory() {
        let describe = |path: &str, folder: &str| {
            described(&csv(path.into(), "y").source, Path::new(folder))["csv"].clone()
        };
        let here = std::env::current_dir().unwrap();
        let here = here.display();
        assert_eq!(describe("a.csv", ""), "a.csv");
        assert_eq!(describe("e/a.csv", "e"), "a.csv");
        assert_eq!(describe(&format!("{here}/e/a.csv"), "e"), "a.csv");
        assert_eq!(describe("e/../a.csv", "e"), "../a.csv");
        assert_eq!(describe("/data/a.csv", "e"), "/data/a.csv");
    }
}
