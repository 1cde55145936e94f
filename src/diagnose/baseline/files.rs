//! Baseline files, next to their sweep files so that both are versioned together.

use super::changes::{Change, changes, sentence};
use super::format::{Baseline, FORMAT, baseline};
use crate::atomic_write::{replace, try_out};
use crate::config::deprecated::renewed_name;
use crate::diagnose::CellDiagnosis;
use crate::diagnose::expectations::count;
use crate::results::Results;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A baseline that cannot be read, written or compared.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// The file cannot be read.
    #[error(
        "failed to read the baseline {}: {why}; create it with `sweep check {} --save-baseline {name}`",
        path.display(), file.display()
    )]
    Read {
        /// The file of the baseline.
        path: PathBuf,
        /// Why not.
        why: String,
        /// The sweep file.
        file: PathBuf,
        /// The name of the baseline.
        name: String,
    },
    /// The file cannot be written.
    #[error("failed to write {}: {source}", path.display())]
    Write {
        /// The file of the baseline.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// The results are incomplete.
    #[error(
        "baseline {name} of {} was neither saved nor compared: {} did not complete; run the same command again, with \
         --rerun crashed for crashed or timed-out runs",
        file.display(), count(*.runs, "run")
    )]
    Incomplete {
        /// The name of the baseline.
        name: String,
        /// The sweep file.
        file: PathBuf,
        /// Number of runs without a result.
        runs: usize,
    },
}

/// The use of baselines in a command.
#[derive(Debug)]
pub enum Baselines {
    /// No baseline is saved or compared.
    Unused,
    /// Results are saved under this name.
    Save(String),
    /// Results are compared with the baselines of this name, by sweep file.
    Compare(String, BTreeMap<PathBuf, Baseline>),
}

/// What was done with the baseline of a sweep.
#[derive(Debug)]
pub enum Applied {
    /// No baseline was requested, or results are incomplete.
    Nothing,
    /// Results were saved in this file.
    Saved(PathBuf),
    /// Results were compared.
    Compared(Comparison),
}

/// Results compared with a baseline.
#[derive(Debug)]
pub struct Comparison {
    /// The name of the baseline.
    pub name: String,
    /// What changed.
    pub changes: Vec<Change>,
}

impl Applied {
    /// Returns the comparison, if there is one.
    pub fn into_comparison(self) -> Option<Comparison> {
        match self {
            Applied::Nothing | Applied::Saved(_) => None,
            Applied::Compared(comparison) => Some(comparison),
        }
    }
}

impl Comparison {
    /// Returns the changes in one sentence; `None` if nothing changed.
    pub fn sentence(&self) -> Option<String> {
        sentence(&self.changes)
    }
}

impl Baselines {
    /// Prepares to save baselines of this name: checks that those of all sweep files can be written.
    ///
    /// # Errors
    /// [`BaselineError::Write`].
    pub fn save<'a>(
        name: &str,
        files: impl Iterator<Item = &'a Path>,
    ) -> Result<Baselines, BaselineError> {
        for file in files {
            let path = place(file, name);
            try_out(&path).map_err(|source| BaselineError::Write { path, source })?;
        }
        Ok(Baselines::Save(name.to_owned()))
    }

    /// Reads the baselines of this name of all sweep files.
    ///
    /// # Errors
    /// [`BaselineError::Read`].
    pub fn compare<'a>(
        name: &str,
        files: impl Iterator<Item = &'a Path>,
    ) -> Result<Baselines, BaselineError> {
        let read = files.map(|file| Ok((file.to_owned(), read(file, name)?)));
        let read: Result<BTreeMap<_, _>, BaselineError> = read.collect();
        Ok(Baselines::Compare(name.to_owned(), read?))
    }

    /// Saves the results of a sweep file, or compares them with the baseline. `open` is the number of runs without a
    /// result. Incomplete results are neither saved nor compared.
    ///
    /// # Errors
    /// The baseline cannot be written, or the results are incomplete.
    pub fn apply(
        &self,
        file: &Path,
        results: &Results,
        diagnoses: &[CellDiagnosis],
        open: usize,
    ) -> Result<Applied, BaselineError> {
        let (name, saved) = match self {
            Baselines::Unused => return Ok(Applied::Nothing),
            Baselines::Save(name) => (name, None),
            Baselines::Compare(name, all) => (name, Some(all)),
        };
        if open > 0 {
            return Err(BaselineError::Incomplete {
                name: name.clone(),
                file: file.to_owned(),
                runs: open,
            });
        }
        let now = baseline(results, diagnoses);
        let Some(all) = saved else {
            let path = place(file, name);
            return match save(&path, &now) {
                Ok(()) => Ok(Applied::Saved(path)),
                Err(source) => Err(BaselineError::Write { path, source }),
            };
        };
        let compared = all.get(file).map(|before| Comparison {
            name: name.clone(),
            changes: changes(before, &now),
        });
        Ok(compared.map_or(Applied::Nothing, Applied::Compared))
    }
}

/// Returns the path of a baseline: `baselines/main/lr.json` next to `lr.toml`.
fn place(file: &Path, name: &str) -> PathBuf {
    let folder = file.parent().unwrap_or(Path::new(""));
    let stem = file.file_stem().unwrap_or_default();
    let mut json = stem.to_owned();
    json.push(".json");
    folder.join("baselines").join(name).join(json)
}

fn save(path: &Path, baseline: &Baseline) -> io::Result<()> {
    let text = serde_json::to_string_pretty(baseline).map_err(io::Error::other)?;
    replace(path, (text + "\n").as_bytes())
}

fn read(file: &Path, name: &str) -> Result<Baseline, BaselineError> {
    let path = place(file, name);
    let wrong = |why: String| BaselineError::Read {
        path: path.clone(),
        why,
        file: file.to_owned(),
        name: name.to_owned(),
    };
    let text = fs::read_to_string(&path).map_err(|error| wrong(error.to_string()))?;
    let mut kept: Baseline =
        serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    for cell in &mut kept.cells {
        cell.cell = renewed_name(&cell.cell);
    }
    match kept.format {
        FORMAT => Ok(kept),
        other => Err(wrong(format!("its format is {other}, not {FORMAT}"))),
    }
}
