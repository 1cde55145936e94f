//! Rows from two arrays X and y: NumPy files, arrays of a NumPy archive, or files in the MNIST format.
//!
//! Each array is mapped or unpacked, and read once in blocks to hash it and to check for nonfinite numbers. Mapped
//! numbers take no further memory, so X may be larger than memory.

use super::array::{Array, ArrayError, unfit};
use super::numbers::Numbers;
use super::rows::Rows;
use super::{DataError, constant, generate, split, target};
use crate::config::Fault;
use crate::config::files::Named;
use crate::config::settings::{Contents, DataSettings, Source, TaskKind};
use crate::format::bytes;
use crate::memory::MARGIN;
use crate::train::datasets::file_errors as of_files;
use crate::train::datasets::file_errors::{FileFaults, ROOM};
use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::path::Path;
use std::sync::Arc;

/// Returns the free memory in bytes.
pub(super) type Free<'a> = &'a dyn Fn() -> f64;

/// Numbers per block: 1 MB of float64.
const BLOCK: usize = 1 << 17;

/// X and y without errors.
#[derive(Debug)]
pub(super) struct Arrays {
    x: Arc<Array>,
    /// n values, or class indices; n × k values for k targets, row-major.
    y: Vec<f64>,
    /// The number k of targets.
    columns: usize,
    /// Class names by index; empty for a regression.
    pub classes: Vec<String>,
    /// The hashes of both arrays.
    pub digest: String,
}

/// The location of an array.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum ArrayLocation<'a> {
    Npy(&'a Path),
    Npz(&'a Path, &'a str),
    Idx(&'a Path),
}

impl<'a> ArrayLocation<'a> {
    /// Returns the locations of X and y, and the kind of target.
    fn both(source: &'a Source) -> Option<([ArrayLocation<'a>; 2], TaskKind)> {
        Some(match source {
            Source::Npy { path, target, task } => (
                [ArrayLocation::Npy(path), ArrayLocation::Npy(target)],
                *task,
            ),
            Source::Npz {
                path,
                features,
                target,
                task,
            } => (
                [
                    ArrayLocation::Npz(path, features),
                    ArrayLocation::Npz(path, target),
                ],
                *task,
            ),
            Source::Idx { path, target, task } => (
                [ArrayLocation::Idx(path), ArrayLocation::Idx(target)],
                *task,
            ),
            Source::None
            | Source::Sine { .. }
            | Source::Wiggle { .. }
            | Source::Linear { .. }
            | Source::Gaussian { .. }
            | Source::Moons
            | Source::Circles
            | Source::Spirals { .. }
            | Source::Blobs { .. }
            | Source::Xor
            | Source::Csv { .. }
            | Source::Custom { .. } => return None,
        })
    }

    fn path(self) -> &'a Path {
        match self {
            ArrayLocation::Npy(path) | ArrayLocation::Npz(path, _) | ArrayLocation::Idx(path) => {
                path
            }
        }
    }

    fn open(self, free: f64) -> Result<Array, ArrayError> {
        match self {
            ArrayLocation::Npy(path) => Array::npy(path),
            ArrayLocation::Npz(path, name) => Array::npz(path, name, free),
            ArrayLocation::Idx(path) => Array::idx(path, free),
        }
    }
}

/// Formats as `x.npy`, or ``x` of both.npz`.
impl Display for ArrayLocation<'_> {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        if let ArrayLocation::Npz(_, name) = self {
            write!(f, "`{name}` of ")?;
        }
        write!(f, "{}", self.path().display())
    }
}

/// An array of finite numbers.
struct CheckedArray {
    array: Arc<Array>,
    /// The blake3 hash of its bytes, in hexadecimal.
    digest: String,
}

/// Reads each array of a sweep once. Returns the arrays without errors with their sources, and the errors of the
/// others.
pub(super) fn read(named: &[Named], free: Free) -> (Vec<(Source, Arrays)>, Vec<Fault>) {
    let mut uses: BTreeMap<ArrayLocation, Vec<&Named>> = BTreeMap::new();
    for one in named {
        for place in ArrayLocation::both(&one.source)
            .into_iter()
            .flat_map(|(both, _)| both)
        {
            uses.entry(place).or_default().push(one);
        }
    }
    let (mut checked_at, mut faults) = (BTreeMap::new(), Vec::new());
    for (&place, uses) in &uses {
        let mut found = FileFaults::new(place.path(), uses);
        let array = checked(place, free, &mut found);
        checked_at.extend(array.map(|array| (place, array)));
        faults.extend(found.into_vec());
    }
    let mut arrays = Vec::new();
    for one in named {
        let Some(([x, y], task)) = ArrayLocation::both(&one.source) else {
            continue;
        };
        if let (Some(of_x), Some(of_y)) = (checked_at.get(&x), checked_at.get(&y)) {
            let uses = [one];
            let mut found = FileFaults::new(y.path(), &uses);
            let both = Arrays::new((x, of_x), (y, of_y), task, free, &mut found);
            arrays.extend(both.map(|both| (one.source.clone(), both)));
            faults.extend(found.into_vec());
        }
    }
    (arrays, faults)
}

/// Returns the bytes that arrays take in memory, and those of mapped files; several may share an X.
pub(super) fn memory<'a>(arrays: impl Iterator<Item = &'a Arrays>) -> [usize; 2] {
    let (mut kept, mut mapped) = (0, 0);
    let mut seen = Vec::new();
    for of in arrays {
        kept += size_of_val(of.y.as_slice());
        let x = Arc::as_ptr(&of.x);
        if seen.contains(&x) {
            continue;
        }
        seen.push(x);
        match of.x.is_mapped() {
            true => mapped += of.x.file_bytes(),
            false => kept += of.x.file_bytes(),
        }
    }
    [kept, mapped]
}

/// Returns the error of a source with unread arrays; `None` for a source without arrays.
pub(super) fn unread(source: &Source) -> Option<DataError> {
    let ([x, y], _) = ArrayLocation::both(source)?;
    Some(DataError::Unread {
        path: x.path().to_owned(),
        target: y.to_string(),
    })
}

/// Opens and hashes an array, and reports nonfinite numbers.
fn checked(place: ArrayLocation, free: Free, faults: &mut FileFaults) -> Option<CheckedArray> {
    let array = match place.open(free()) {
        Ok(array) => array,
        Err(ArrayError::Io(error)) => {
            faults.unreadable(&error, Some(error.kind()));
            return None;
        }
        Err(ArrayError::Unreadable(error)) => {
            faults.refused(&error);
            return None;
        }
        Err(ArrayError::Refused(refused)) => {
            faults.at_name(
                format!("{place} {}", refused.why),
                "named here",
                refused.help,
            );
            return None;
        }
        Err(ArrayError::TooLarge { declared, free }) => {
            let message = format!("{place} {}", unfit(declared, free));
            faults.at_name(message, "named here", ROOM);
            return None;
        }
        Err(ArrayError::NoEntry { name, there }) => {
            let message = format!("{} has no array `{name}`", place.path().display());
            let help = format!("it has {}", of_files::listed(&there));
            faults.at_word(&name, message, "no such array", &help);
            return None;
        }
    };
    let all = array.rows() * array.columns();
    let mut hasher = blake3::Hasher::new();
    hasher.update(array.bytes(0..0)[0]);
    let (mut block, mut first, mut more) = (Vec::with_capacity(BLOCK.min(all)), None, 0_usize);
    for start in (0..all).step_by(BLOCK) {
        let which = start..all.min(start + BLOCK);
        hasher.update(array.bytes(which.clone())[1]);
        block.clear();
        array.copy(which, &mut block);
        for (at, number) in (start..).zip(&block) {
            if !number.is_finite() {
                more += usize::from(first.is_some());
                first = first.or(Some((at, *number)));
            }
        }
    }
    if let Some((at, number)) = first {
        let (row, column) = (at / array.columns(), at % array.columns());
        let more = match more {
            0 => String::new(),
            more => format!(", and {more} more nonfinite numbers"),
        };
        let message = format!("{place} has {number} in row {row}, column {column}{more}");
        let help = "rows and columns count from 0, as in NumPy; fill in the number, or remove the row from X and y";
        faults.at_name(message, "named here", help);
        return None;
    }
    let digest = hasher.finalize().to_hex().to_string();
    let array = Arc::new(array);
    Some(CheckedArray { array, digest })
}

impl Arrays {
    /// Combines X and y. Each row has one target, and classes are integers.
    fn new(
        (x_at, x): (ArrayLocation, &CheckedArray),
        (y_at, y): (ArrayLocation, &CheckedArray),
        task: TaskKind,
        free: Free,
        faults: &mut FileFaults,
    ) -> Option<Arrays> {
        let (n, of) = (x.array.rows(), &y.array);
        let k = of.columns();
        if k == 0 || k != 1 && task == TaskKind::Classes {
            let message = format!("the array of targets, {y_at}, is {} × {k}", of.rows());
            let help = "save one number per row of X: an array of n numbers, or n × 1; several columns are \
                        for regression only";
            faults.at_name(message, "expected one column", help);
            return None;
        }
        if of.rows() != n {
            let message = format!("{x_at} has {n} rows, but {y_at} has {} targets", of.rows());
            let help = "save X and y with the same number of rows";
            faults.at_name(message, "expected one target per row", help);
            return None;
        }
        // 64-bit floats, and a copy to find the classes.
        let (needed, free) = (MARGIN * 16.0 * n as f64 * k as f64, free());
        if needed > free {
            let [needed, free] = [needed, free].map(|size| bytes(size as u64));
            let message = format!("{y_at} has {n} rows: {needed} of memory needed, {free} free");
            faults.at_name(message, "named here", ROOM);
            return None;
        }
        let mut numbers = Vec::with_capacity(n * k);
        of.copy(0..n * k, &mut numbers);
        let (classes, numbers) = match task {
            TaskKind::Regression => (Vec::new(), numbers),
            TaskKind::Classes => classes(numbers, faults)?,
        };
        if classes.is_empty()
            && let Some((place, value)) = constant::constant(&numbers, k)
        {
            let name = format!("column {place}");
            let message = format!("{} in {y_at}", constant::message(&name, k, value));
            faults.at_name(message, "targets with one value", constant::HELP);
            return None;
        }
        Some(Arrays {
            x: x.array.clone(),
            y: numbers,
            columns: k,
            classes,
            digest: format!("{} {}", x.digest, y.digest),
        })
    }

    /// Returns the numbers of rows, features, targets and classes.
    pub fn contents(&self) -> Contents {
        Contents {
            rows: self.x.rows(),
            features: self.x.columns(),
            targets: self.columns,
            classes: self.classes.len(),
        }
    }

    /// Returns the names of the features.
    pub fn features(&self) -> Vec<String> {
        generate::features(self.x.columns())
    }

    /// Returns the names of the targets.
    pub fn targets(&self) -> Vec<String> {
        let one = generate::target(self.classes.len());
        match self.columns {
            1 => vec![one],
            k => (1..=k).map(|k| format!("{one}{k}")).collect(),
        }
    }

    /// Returns whether the training rows of these settings, before standardization, are X in place.
    pub fn in_place(&self, settings: &DataSettings) -> bool {
        let all = settings.max_rows.is_none_or(|most| most >= self.x.rows());
        all && is_whole(settings) && !generate::is_moved(settings) && self.x.values().is_some()
    }

    /// Returns training, validation and test rows, scaled and shifted. If rows are held out, the seed shuffles them.
    /// Else they keep the order of the file, and [`Arrays::in_place`] avoids a copy.
    ///
    /// # Errors
    /// As [`split::counts`], and [`DataError::Features`].
    pub fn parts(&self, settings: &DataSettings, seed: u64) -> Result<[Rows; 3], DataError> {
        let d = self.x.columns();
        let in_place = self.in_place(settings).then(|| Numbers::mapped(&self.x));
        if let Some(x) = in_place.flatten() {
            let (y, targets) = (self.y.clone(), self.columns);
            let nothing = || Rows {
                targets,
                ..Rows::default()
            };
            return Ok([Rows { x, y, targets }, nothing(), nothing()]);
        }
        let mut parts = split::split(self.x.rows(), settings, seed)?.each();
        if is_whole(settings) {
            parts[0].sort_unstable();
        }
        let mut rows = parts.map(|which| self.take(&which));
        for rows in &mut rows {
            generate::rescale(settings, d, rows.x.to_mut())?;
        }
        Ok(rows)
    }

    fn take(&self, which: &[usize]) -> Rows {
        let (d, k) = (self.x.columns(), self.columns);
        let mut x = Vec::with_capacity(which.len() * d);
        let mut y = Vec::with_capacity(which.len() * k);
        for row in which {
            self.x.copy(row * d..(row + 1) * d, &mut x);
            y.extend_from_slice(&self.y[row * k..][..k]);
        }
        Rows {
            x: x.into(),
            y,
            targets: k,
        }
    }
}

/// Returns whether all rows are training rows.
fn is_whole(settings: &DataSettings) -> bool {
    settings.validation == 0.0 && settings.test == 0.0
}

/// Returns names and indices of classes that are integers, or reports an error.
fn classes(numbers: Vec<f64>, faults: &mut FileFaults) -> Option<(Vec<String>, Vec<f64>)> {
    let broken = numbers.iter().position(|number| number.fract() != 0.0);
    if let Some(row) = broken {
        let message = format!("the target of row {row} is {}, not a class", numbers[row]);
        let help = "save classes as integers from 0, or use `task = \"regression\"`";
        faults.at_name(message, "expected integers", help);
        return None;
    }
    let (classes, indices) = target::numeric_classes(&numbers);
    if let [class] = classes.as_slice() {
        let message = format!("all rows have the class {class}");
        let help = "classification needs at least two classes";
        faults.at_name(message, "targets of one class", help);
        return None;
    }
    Some((classes, indices))
}
