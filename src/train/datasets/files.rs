//! The data files of a sweep, read once and shared by its runs.

use super::arrays::{self, Arrays, Free};
use super::read::{self, ReadOptions};
use super::rows::RawTable;
use super::{DataError, custom, generate, target};
use crate::config::Fault;
use crate::config::files::Named;
use crate::config::settings::{Contents, DataSettings, Missing, Reading, Source, TaskKind};
use crate::format::count;
use crate::memory::{Available, available};
use crate::train::datasets::file_errors::FileFaults;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The data files that a sweep names, read once and shared by its runs.
#[derive(Debug, Default)]
pub struct Files {
    files: BTreeMap<(PathBuf, Reading), CsvContent>,
    arrays: Vec<(Source, Arrays)>,
    own: Vec<(Source, custom::CustomContent)>,
    /// Sources that are as the sweep recorded them, with the records.
    pub(super) recalled: Vec<(Source, Recorded)>,
}

/// One CSV file, read with one set of options: its hash, and its rows for every use by a cell.
#[derive(Debug)]
struct CsvContent {
    digest: String,
    tables: Vec<(TargetColumns, RawTable)>,
    /// Bytes of its columns while they were read.
    columns: usize,
}

/// What a sweep records of a data file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// The file or custom source, and how it is used. `None` in the records of older versions, which have an entry per
    /// data file in the order of the sweep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Json>,
    /// Numbers of rows and columns.
    pub contents: Contents,
    /// The hash of the content.
    pub digest: String,
}

/// Memory of data files in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FilesInMemory {
    /// Memory that is held while their runs need them.
    pub kept: usize,
    /// Largest additional memory while one file was read.
    pub reading: usize,
    /// Size of mapped files, which the system can drop if memory is short.
    pub mapped: usize,
}

/// Targets and kind of target that settings give to a file.
type TargetColumns = (Vec<String>, Option<TaskKind>);

impl Files {
    /// Reads every data file that a sweep names. Returns the files without errors, and the errors of the others:
    /// missing, empty, ragged, not numeric, each with its place in the file or in the sweep. Arrays are mapped, and
    /// must not change while they are in use. Archives that do not fit into memory are not unpacked.
    pub fn read(named: &[Named]) -> (Files, Vec<Fault>) {
        Files::read_within(named, &|| {
            available().map_or(f64::INFINITY, Available::free)
        })
    }

    /// Reads with a given amount of free memory.
    pub(super) fn read_within(named: &[Named], free: Free) -> (Files, Vec<Fault>) {
        let mut uses: BTreeMap<(&Path, &Reading), Vec<&Named>> = BTreeMap::new();
        for one in named {
            if let Source::Csv { path, reading, .. } = &one.source {
                uses.entry((path, reading)).or_default().push(one);
            }
        }
        let (arrays, mut faults) = arrays::read(named, free);
        let (own, of_own) = custom::read(named);
        faults.extend(of_own);
        let mut files = BTreeMap::new();
        for ((path, reading), uses) in uses {
            match content(path, reading, &uses, free()) {
                Ok(content) => drop(files.insert((path.to_owned(), reading.clone()), content)),
                Err(found) => faults.extend(found),
            }
        }
        let files = Files {
            files,
            arrays,
            own,
            recalled: Vec::new(),
        };
        (files, faults)
    }

    /// Returns the contents of a source that was read; `None` for a generator.
    pub fn contents(&self, source: &Source) -> Option<Contents> {
        if let Some(recorded) = self.recall(source) {
            return Some(recorded.contents);
        }
        if let Some(arrays) = self.arrays(source) {
            return Some(arrays.contents());
        }
        let table = self.raw(source).ok()?;
        Some(Contents {
            rows: table.rows.len(),
            features: table.features.len(),
            targets: table.targets.len(),
            classes: table.classes.len(),
        })
    }

    /// Describes how categories were encoded and missing values handled; `None` for a file that is used unchanged.
    pub fn summary(&self, source: &Source) -> Option<String> {
        let Source::Csv { path, reading, .. } = source else {
            return None;
        };
        let table = self.raw(source).ok()?;
        let mut parts = Vec::new();
        for name in &reading.categories {
            let start = format!("{name}=");
            let of = table
                .features
                .iter()
                .filter(|feature| feature.starts_with(&start));
            parts.push(format!(
                "{name} as {}",
                of.cloned().collect::<Vec<_>>().join(", ")
            ));
        }
        let rows = (table.rows.x.chunks_exact(table.features.len().max(1)))
            .filter(|row| row.iter().any(|x| x.is_nan()));
        let lacking = rows.count();
        parts.extend(reading.missing.map(|how| match how {
            Missing::Drop => format!(
                "{} with missing values left out",
                count(table.left_out, "row")
            ),
            Missing::Mean => format!(
                "missing values of {} set to the mean",
                count(lacking, "row")
            ),
            Missing::Median => format!(
                "missing values of {} set to the median",
                count(lacking, "row")
            ),
        }));
        let path = path.display();
        (!parts.is_empty()).then(|| format!("{path}: {}", parts.join("; ")))
    }

    /// Returns the hash of the content of the data files of these settings; empty for a generator.
    pub fn digest(&self, settings: &DataSettings) -> &str {
        self.digest_of(&settings.source)
    }

    /// Returns the hash of the content of a source; empty for a generator, and for a file that was not read.
    pub(super) fn digest_of(&self, source: &Source) -> &str {
        if let Some(recorded) = self.recall(source) {
            return &recorded.digest;
        }
        match source {
            Source::Csv { path, reading, .. } => {
                let file = self.files.get(&(path.clone(), reading.clone()));
                file.map_or("", |file| &file.digest)
            }
            Source::Custom { .. } => {
                let own = self.own(source);
                own.map_or("", |content| &content.digest)
            }
            Source::Npy { .. } | Source::Npz { .. } | Source::Idx { .. } => {
                self.arrays(source).map_or("", |arrays| &arrays.digest)
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
            | Source::Xor => "",
        }
    }

    /// Returns the memory of all files.
    pub fn held(&self) -> FilesInMemory {
        let tables = self.files.values().flat_map(|file| &file.tables);
        let tables = tables.map(|(_, table)| table);
        let own = self.own.iter().map(|(_, content)| &content.table);
        let of_tables: usize = tables.chain(own).map(|table| table.rows.bytes()).sum();
        let [of_arrays, mapped] = arrays::memory(self.arrays.iter().map(|(_, arrays)| arrays));
        FilesInMemory {
            kept: of_tables + of_arrays,
            reading: self
                .files
                .values()
                .map(|file| file.columns)
                .max()
                .unwrap_or(0),
            mapped,
        }
    }

    /// Returns what is recorded of a source, if that is in use.
    pub(super) fn recall(&self, source: &Source) -> Option<&Recorded> {
        let mut recalled = self.recalled.iter();
        let found = recalled.find(|(own, _)| own == source);
        found.map(|(_, recorded)| recorded)
    }

    /// Returns the rows of a custom source that was read.
    fn own(&self, source: &Source) -> Option<&custom::CustomContent> {
        let mut own = self.own.iter();
        own.find_map(|(of, content)| (of == source).then_some(content))
    }

    /// Returns the arrays of a source that was read.
    pub(super) fn arrays(&self, source: &Source) -> Option<&Arrays> {
        let mut arrays = self.arrays.iter();
        arrays.find_map(|(of, arrays)| (of == source).then_some(arrays))
    }

    /// Returns the table of the data file of these settings, scaled and shifted.
    pub(super) fn table(&self, settings: &DataSettings) -> Result<Cow<'_, RawTable>, DataError> {
        let table = self.raw(&settings.source)?;
        if !generate::is_moved(settings) {
            return Ok(Cow::Borrowed(table));
        }
        let mut table = table.clone();
        generate::rescale(settings, table.features.len(), table.rows.x.to_mut())?;
        Ok(Cow::Owned(table))
    }

    /// Returns the table without scaling and shifting.
    fn raw(&self, source: &Source) -> Result<&RawTable, DataError> {
        let (path, target, others, task, reading) = match source {
            Source::Csv {
                path,
                target,
                others,
                task,
                reading,
            } => (path, target, others, task, reading),
            Source::Custom { own, .. } => {
                let content = self.own(source).map(|content| &content.table);
                return content.ok_or_else(|| DataError::UnreadSource(own.name.clone()));
            }
            Source::Npy { .. } | Source::Npz { .. } | Source::Idx { .. } => {
                return Err(arrays::unread(source).unwrap_or(DataError::None));
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
            | Source::Xor => return Err(DataError::None),
        };
        let file = self.files.get(&(path.clone(), reading.clone()));
        let tables = file.map_or(&[][..], |file| &file.tables);
        let found = tables.iter().find(|((targets, of), _)| {
            let both = targets.split_first();
            both.is_some_and(|both| both == (target, others)) && of == task
        });
        found
            .map(|(_, table)| table)
            .ok_or_else(|| DataError::Unread {
                path: path.clone(),
                target: target.clone(),
            })
    }
}

fn content(
    path: &Path,
    reading: &Reading,
    named: &[&Named],
    free: f64,
) -> Result<CsvContent, Vec<Fault>> {
    let mut faults = FileFaults::new(path, named);
    let uses: Vec<TargetColumns> = named
        .iter()
        .filter_map(|named| {
            let Source::Csv {
                target,
                others,
                task,
                ..
            } = &named.source
            else {
                return None;
            };
            Some(([&[target.clone()][..], others].concat(), *task))
        })
        .collect();
    let targets = uses.iter().flat_map(|(targets, _)| targets);
    let targets: BTreeSet<&str> = targets.map(String::as_str).collect();
    let options = ReadOptions {
        targets: &targets,
        reading,
        free,
    };
    let Some(columns) = read::columns(path, options, &mut faults) else {
        return Err(faults.into_vec());
    };
    for (targets, task) in &uses {
        target::check(&columns, targets, *task, &mut faults);
    }
    let mut tables = Vec::new();
    // If there is an error, columns may have different lengths.
    let whole = faults.is_empty();
    for (targets, task) in uses.into_iter().filter(|_| whole) {
        if let Some(table) = target::table(&columns, &targets, task, reading, &mut faults) {
            tables.push(((targets, task), table));
        }
    }
    match faults.is_empty() {
        true => Ok(CsvContent {
            columns: columns.bytes(),
            digest: columns.digest,
            tables,
        }),
        false => Err(faults.into_vec()),
    }
}
