//! The data files of a sweep: read once, shared by its runs.

use super::faults::FileFaults;
use super::{DataError, Table, generate, read, split, target};
use crate::spec::settings::{DataSettings, Loss, Source, TaskKind};
use crate::spec::{Fault, Settings, Sweep};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The data files that a sweep names, read once and shared by its runs.
#[derive(Debug, Default)]
pub struct Files {
    files: BTreeMap<PathBuf, Content>,
}

/// One file: its hash, and its rows for every way in which cells use them.
#[derive(Debug)]
struct Content {
    digest: String,
    tables: Vec<(Use, Table)>,
}

/// Target and task that settings give to a file.
type Use = (String, Option<TaskKind>);

impl Files {
    /// Reads every data file that the cells of a sweep name.
    ///
    /// # Errors
    /// Every fault of every file: missing, empty, ragged, not numeric (file, line, column). A
    /// missing file or target is shown in the sweep file, where it can be found there.
    pub fn read<'a>(
        sweep: &Sweep,
        cells: impl Iterator<Item = &'a DataSettings>,
    ) -> Result<Files, Vec<Fault>> {
        let mut uses: BTreeMap<&Path, Vec<Use>> = BTreeMap::new();
        for settings in cells {
            if let Source::Csv { path, target, task } = &settings.source {
                let known = uses.entry(path).or_default();
                if !known.iter().any(|(t, k)| t == target && k == task) {
                    known.push((target.clone(), *task));
                }
            }
        }
        let (mut files, mut faults) = (BTreeMap::new(), Vec::new());
        for (path, uses) in uses {
            match content(sweep, path, uses) {
                Ok(content) => {
                    files.insert(path.to_owned(), content);
                }
                Err(found) => faults.extend(found),
            }
        }
        if faults.is_empty() {
            Ok(Files { files })
        } else {
            Err(faults)
        }
    }

    /// Hash of the content of the file that these settings name; empty for a generator.
    pub fn digest(&self, settings: &DataSettings) -> &str {
        match &settings.source {
            Source::Csv { path, .. } => self.files.get(path).map_or("", |file| &file.digest),
            _ => "",
        }
    }

    /// Whether [`Files::read`] has read this file.
    pub fn contains(&self, path: &Path) -> bool {
        self.files.contains_key(path)
    }

    /// What is wrong between cells and their data, which only the data can tell: a loss that does
    /// not fit the target of a file, scales that do not fit the features, too few rows to split.
    /// Each is told once, however many cells have it.
    pub fn check<'a>(
        &self,
        sweep: &Sweep,
        cells: impl Iterator<Item = &'a Settings>,
    ) -> Vec<Fault> {
        let mut told = BTreeSet::new();
        cells
            .flat_map(|settings| self.misfits(&settings.data, settings.loss))
            .filter(|message| told.insert(message.clone()))
            .map(|message| Fault {
                path: sweep.path.clone(),
                text: None,
                span: 0..0,
                message,
                label: String::new(),
                help: None,
            })
            .collect()
    }

    /// What is wrong between one cell and its data. Each message says what to do.
    pub(super) fn misfits(&self, data: &DataSettings, loss: Loss) -> Vec<String> {
        let (features, rows, misfit) = match generate::features(&data.source) {
            Some(features) => (features, data.rows, None),
            None => match self.raw(data) {
                Ok(table) => (
                    table.features.len(),
                    table.rows.len(),
                    loss_fault(loss, table),
                ),
                Err(DataError::None) => return Vec::new(),
                Err(error) => return vec![error.to_string()],
            },
        };
        let lengths = generate::check_lengths(data, features).err();
        let counts = split::counts(rows, data.validation, data.test).err();
        let wrong = lengths.into_iter().chain(counts);
        misfit
            .into_iter()
            .chain(wrong.map(|error| error.to_string()))
            .collect()
    }

    /// The rows of the file that these settings name, scaled and shifted.
    pub(super) fn table(&self, settings: &DataSettings) -> Result<Cow<'_, Table>, DataError> {
        let table = self.raw(settings)?;
        if settings.scales.is_empty() && settings.offsets.is_empty() {
            return Ok(Cow::Borrowed(table));
        }
        let mut table = table.clone();
        generate::rescale(settings, table.features.len(), &mut table.rows.x)?;
        Ok(Cow::Owned(table))
    }

    /// The same as they stand in the file.
    fn raw(&self, settings: &DataSettings) -> Result<&Table, DataError> {
        let Source::Csv { path, target, task } = &settings.source else {
            return Err(DataError::None);
        };
        let tables = self.files.get(path).map_or(&[][..], |file| &file.tables);
        let found = tables.iter().find(|((t, k), _)| t == target && k == task);
        found
            .map(|(_, table)| table)
            .ok_or_else(|| DataError::Unread {
                path: path.clone(),
                target: target.clone(),
            })
    }
}

fn loss_fault(loss: Loss, table: &Table) -> Option<String> {
    let (target, classes) = (&table.target, table.classes.len());
    match loss {
        Loss::Bce | Loss::CrossEntropy if classes == 0 => Some(format!(
            "a cross-entropy loss needs classes, and column `{target}` holds numbers; add \
             `task = \"classes\"` beside `target`, or use `loss = \"mse\"`"
        )),
        Loss::Bce if classes > 2 => Some(format!(
            "`loss = \"bce\"` is for two classes, and column `{target}` has {classes}; use \
             `loss = \"cross-entropy\"`"
        )),
        _ => None,
    }
}

fn content(sweep: &Sweep, path: &Path, uses: Vec<Use>) -> Result<Content, Vec<Fault>> {
    let mut faults = FileFaults::new(sweep, path);
    let targets: BTreeSet<&str> = uses.iter().map(|(target, _)| target.as_str()).collect();
    let columns = read::columns(path, &targets, &mut faults);
    let Some(columns) = columns.filter(|_| faults.is_empty()) else {
        return Err(faults.into_vec());
    };
    let mut tables = Vec::new();
    for (target, task) in uses {
        if let Some(table) = target::table(&columns, &target, task, &mut faults) {
            tables.push(((target, task), table));
        }
    }
    match faults.is_empty() {
        true => Ok(Content {
            digest: columns.digest,
            tables,
        }),
        false => Err(faults.into_vec()),
    }
}
