//! Baseline files, next to their sweep files so that both are versioned together.

use super::analyzed::Analyzed;
use super::args::CheckArgs;
use super::output::{GREEN, RED, painted};
use super::problem::Problem;
use super::text::Text;
use super::verdict_files::{try_out, write_text};
use crate::baseline::{Baseline, Change, FORMAT, baseline, changes, sentence};
use crate::expect::count;
use crate::spec::deprecated::renewed_name;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The use of baselines in a command.
pub enum Baselines {
    /// No baseline is saved or compared.
    Unused,
    /// Results are saved under this name.
    Save(String),
    /// Results are compared with the baselines of this name, by sweep file.
    Compare(String, BTreeMap<PathBuf, Baseline>),
}

/// What was done with the baseline of a sweep.
pub enum Met {
    /// No baseline was requested, or results are incomplete.
    Nothing,
    /// Results were saved in this file.
    Saved(PathBuf),
    /// Results were compared.
    Compared(Compared),
}

/// Results compared with a baseline.
pub struct Compared {
    /// Name of the baseline.
    pub name: String,
    pub changes: Vec<Change>,
}

impl Compared {
    /// Returns its object in the document of `--json`.
    pub fn document(&self) -> Json {
        let changes = self.changes.iter().map(Change::to_string);
        json!({ "name": self.name, "changes": changes.collect::<Vec<String>>() })
    }
}

impl Baselines {
    /// Reads the baselines of these sweep files, or checks that they can be written.
    ///
    /// # Errors
    /// A baseline cannot be read or written.
    pub fn of<'a>(
        args: &CheckArgs,
        files: impl Iterator<Item = &'a Path>,
    ) -> Result<Baselines, Problem> {
        match (&args.save_baseline, &args.baseline) {
            (Some(name), _) => {
                for file in files {
                    try_out(&place(file, name))?;
                }
                Ok(Baselines::Save(name.clone()))
            }
            (None, Some(name)) => {
                let read = files.map(|file| Ok((file.to_owned(), read(file, name)?)));
                let read: Result<BTreeMap<_, _>, Problem> = read.collect();
                Ok(Baselines::Compare(name.clone(), read?))
            }
            (None, None) => Ok(Baselines::Unused),
        }
    }

    /// Saves the results of a sweep, or compares them with the baseline. Incomplete results are neither saved nor
    /// compared.
    ///
    /// # Errors
    /// The baseline cannot be written, or the results are incomplete.
    pub fn meet(&self, ended: &Analyzed) -> Result<Met, Problem> {
        let file = &ended.sweep.path;
        let (name, saved) = match self {
            Baselines::Unused => return Ok(Met::Nothing),
            Baselines::Save(name) => (name, None),
            Baselines::Compare(name, all) => (name, Some(all)),
        };
        let open = ended.summary.incomplete + ended.summary.missing;
        if open > 0 {
            return Err(Problem::Wrong(format!(
                "baseline {name} of {} was neither saved nor compared: {} did not complete; run the same \
                 command again, with --rerun crashed for crashed or timed-out runs",
                file.display(),
                count(open, "run"),
            )));
        }
        let now = baseline(&ended.results, &ended.diagnoses);
        let Some(all) = saved else {
            let path = place(file, name);
            return save(&path, &now).map(|()| Met::Saved(path));
        };
        let compared = all.get(file).map(|before| Compared {
            name: name.clone(),
            changes: changes(before, &now),
        });
        Ok(compared.map_or(Met::Nothing, Met::Compared))
    }
}

impl Met {
    /// Returns the path of the saved baseline, or the comparison: a summary line, and one line per change.
    pub fn block(&self) -> Text {
        let mut text = Text::default();
        match self {
            Met::Nothing => {}
            Met::Saved(path) => {
                let head = painted("saved       ", GREEN);
                text.line(format_args!("  {head}  baseline in {}", path.display()));
            }
            Met::Compared(compared) => text.add(compared.block()),
        }
        text
    }

    /// Returns the comparison, if there is one.
    pub fn into_compared(self) -> Option<Compared> {
        match self {
            Met::Nothing | Met::Saved(_) => None,
            Met::Compared(compared) => Some(compared),
        }
    }
}

impl Compared {
    /// Returns the changes in one sentence; `None` if nothing changed.
    pub fn sentence(&self) -> Option<String> {
        sentence(&self.changes)
    }

    /// Returns a summary line, and one line per change.
    fn block(&self) -> Text {
        let (name, mut text) = (&self.name, Text::default());
        let Some(sentence) = self.sentence() else {
            let head = painted("unchanged   ", GREEN);
            text.line(format_args!("  {head}  baseline {name}"));
            return text;
        };
        let head = painted("CHANGED     ", RED.bold());
        text.line(format_args!("  {head}  baseline {name}: {sentence}"));
        for change in &self.changes {
            text.line(format_args!("                {change}"));
        }
        text
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

fn save(path: &Path, baseline: &Baseline) -> Result<(), Problem> {
    let text = serde_json::to_string_pretty(baseline).map_err(std::io::Error::other);
    write_text(path, text.map(|text| text + "\n"))
}

fn read(file: &Path, name: &str) -> Result<Baseline, Problem> {
    let path = place(file, name);
    let wrong = |why: String| {
        Problem::Wrong(format!(
            "failed to read the baseline {}: {why}; create it with `sweep check {} --save-baseline {name}`",
            path.display(),
            file.display()
        ))
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
