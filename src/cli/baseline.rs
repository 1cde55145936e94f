//! Baselines in files: beside each sweep file, so that they are kept with it.

use super::args::CheckArgs;
use super::ended::Ended;
use super::output::{GREEN, RED, painted};
use super::problem::Problem;
use super::text::Text;
use super::verdict_files::{try_out, write_text};
use crate::baseline::{Baseline, Change, FORMAT, baseline, changes, sentence};
use crate::expect::count;
use crate::spec::deprecated::renewed_name;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What is to be done with baselines.
pub enum Baselines {
    /// Nothing.
    Unused,
    /// Results are kept under this name.
    Save(String),
    /// Results are held against those of this name, by sweep file.
    Compare(String, BTreeMap<PathBuf, Baseline>),
}

/// Results held against a baseline.
pub struct Compared {
    /// Name of the baseline.
    pub name: String,
    pub changes: Vec<Change>,
}

impl Baselines {
    /// What the command line asks for, of these sweep files.
    ///
    /// # Errors
    /// A baseline can't be read, or could not be written.
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

    /// Keeps what came of a sweep, or holds it against what was kept. Results that are not whole are
    /// neither.
    ///
    /// # Errors
    /// The baseline can't be written, or the results are not whole.
    pub fn meet(&self, ended: &Ended) -> Result<Option<Compared>, Problem> {
        let file = &ended.sweep.path;
        let name = match self {
            Baselines::Unused => return Ok(None),
            Baselines::Save(name) | Baselines::Compare(name, _) => name,
        };
        let open = ended.summary.incomplete + ended.summary.missing;
        if open > 0 {
            return Err(Problem::Wrong(format!(
                "baseline {name} of {}: {} came to no end, so that it is neither saved nor compared",
                file.display(),
                count(open, "run"),
            )));
        }
        let now = baseline(&ended.results, &ended.diagnoses);
        match self {
            Baselines::Compare(name, all) => Ok(all.get(file).map(|before| Compared {
                name: name.clone(),
                changes: changes(before, &now),
            })),
            _ => save(&place(file, name), &now).map(|()| None),
        }
    }
}

impl Compared {
    /// What changed in one sentence; none where nothing did.
    pub fn sentence(&self) -> Option<String> {
        sentence(&self.changes)
    }

    /// A line, and one for every change.
    pub fn block(&self) -> Text {
        let (name, mut text) = (&self.name, Text::default());
        let Some(sentence) = self.sentence() else {
            let head = painted("as before   ", GREEN);
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

/// `baselines/main/lr.json` beside `lr.toml`.
fn place(file: &Path, name: &str) -> PathBuf {
    let beside = file.parent().unwrap_or(Path::new(""));
    let stem = file.file_stem().unwrap_or_default();
    let mut json = stem.to_owned();
    json.push(".json");
    beside.join("baselines").join(name).join(json)
}

fn save(path: &Path, baseline: &Baseline) -> Result<(), Problem> {
    let text = serde_json::to_string_pretty(baseline).map_err(std::io::Error::other);
    write_text(path, text.map(|text| text + "\n"))
}

fn read(file: &Path, name: &str) -> Result<Baseline, Problem> {
    let path = place(file, name);
    let wrong = |why: String| {
        Problem::Wrong(format!(
            "failed to read the baseline {}: {why}; `sweep check {} --save-baseline {name}` makes it",
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
        other => Err(wrong(format!("it has the format {other}, not {FORMAT}"))),
    }
}
