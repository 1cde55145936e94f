//! Rows from two arrays that NumPy saved, X and y.
//!
//! Each file is mapped and gone over once, by blocks: for its hash, and for numbers that are not finite.
//! What is not copied then takes no memory of its own, so that X may be larger than memory.

use super::faults::FileFaults;
use super::mapped::{Mapped, MappedError};
use super::numbers::Numbers;
use super::{DataError, Rows, generate, split, target};
use crate::spec::Fault;
use crate::spec::files::Named;
use crate::spec::settings::{Contents, DataSettings, Source, TaskKind};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Numbers that are looked at together: 1 MB of float64.
const BLOCK: usize = 1 << 17;

/// X and y, without a fault.
#[derive(Debug)]
pub(super) struct Arrays {
    x: Arc<Mapped>,
    /// n values, or indices of classes.
    y: Vec<f64>,
    /// Names of the classes, by index; empty for a regression.
    pub classes: Vec<String>,
    /// Of both files.
    pub digest: String,
}

/// One file that holds finite numbers.
struct Checked {
    array: Arc<Mapped>,
    /// blake3 of its bytes, in hexadecimal.
    digest: String,
}

/// Reads the arrays that a sweep names, each file once. Those without faults, each with the source that it
/// is for, and every fault of the others.
pub(super) fn read(named: &[Named]) -> (Vec<(Source, Arrays)>, Vec<Fault>) {
    let mut uses: BTreeMap<&Path, Vec<&Named>> = BTreeMap::new();
    for one in named {
        if let Source::Npy { path, target, .. } = &one.source {
            uses.entry(path).or_default().push(one);
            uses.entry(target).or_default().push(one);
        }
    }
    let (mut files, mut faults) = (BTreeMap::new(), Vec::new());
    for (path, uses) in &uses {
        let mut found = FileFaults::new(path, uses);
        let file = checked(path, &mut found);
        files.extend(file.map(|file| (*path, file)));
        faults.extend(found.into_vec());
    }
    let mut arrays = Vec::new();
    for one in named {
        let Source::Npy { path, target, task } = &one.source else {
            continue;
        };
        if let (Some(x), Some(y)) = (files.get(&**path), files.get(&**target)) {
            let uses = [one];
            let mut found = FileFaults::new(target, &uses);
            let both = Arrays::new((path, x), y, *task, &mut found);
            arrays.extend(both.map(|both| (one.source.clone(), both)));
            faults.extend(found.into_vec());
        }
    }
    (arrays, faults)
}

/// A file whose numbers are all finite; else a fault.
fn checked(path: &Path, faults: &mut FileFaults) -> Option<Checked> {
    let array = match Mapped::open(path) {
        Ok(array) => array,
        Err(MappedError::Io { source, .. }) => {
            faults.unreadable(&source, Some(source.kind()));
            return None;
        }
        Err(MappedError::Refused { refused, .. }) => {
            let message = format!("{} {}", path.display(), refused.why);
            faults.at_name(message, "named here", refused.help);
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
        for (place, number) in (start..).zip(&block) {
            if !number.is_finite() {
                more += usize::from(first.is_some());
                first = first.or(Some((place, *number)));
            }
        }
    }
    if let Some((place, number)) = first {
        let at = (place / array.columns(), place % array.columns());
        let more = match more {
            0 => String::new(),
            more => format!(", and {more} more that are not finite"),
        };
        let path = path.display();
        let message = format!(
            "{path} holds {number} in row {}, column {}{more}",
            at.0, at.1
        );
        let help = "rows and columns count from 0, as NumPy counts them; fill the number in, or leave the row out of X and y";
        faults.at_name(message, "named here", help);
        return None;
    }
    let digest = hasher.finalize().to_hex().to_string();
    let array = Arc::new(array);
    Some(Checked { array, digest })
}

impl Arrays {
    /// Of X with its path and y: one target for every row, and classes that are whole numbers.
    fn new(
        (path, x): (&Path, &Checked),
        y: &Checked,
        task: TaskKind,
        faults: &mut FileFaults,
    ) -> Option<Arrays> {
        let (n, of) = (x.array.rows(), &y.array);
        if of.columns() != 1 {
            let (rows, columns) = (of.rows(), of.columns());
            let message = format!("the array of targets is {rows} × {columns}");
            let help = "save one number per row of X: an array of n numbers, or n × 1";
            faults.at_name(message, "expected one column", help);
            return None;
        }
        if of.rows() != n {
            let path = path.display();
            let message = format!("{path} has {n} rows, and there are {} targets", of.rows());
            let help = "save X and y with as many rows";
            faults.at_name(message, "as many targets as rows", help);
            return None;
        }
        let mut numbers = Vec::with_capacity(n);
        of.copy(0..n, &mut numbers);
        let (classes, numbers) = match task {
            TaskKind::Regression => (Vec::new(), numbers),
            TaskKind::Classes => classes(numbers, faults)?,
        };
        Some(Arrays {
            x: x.array.clone(),
            y: numbers,
            classes,
            digest: format!("{} {}", x.digest, y.digest),
        })
    }

    /// What they hold.
    pub fn contents(&self) -> Contents {
        Contents {
            rows: self.x.rows(),
            features: self.x.columns(),
            classes: self.classes.len(),
        }
    }

    /// Names of the features.
    pub fn features(&self) -> Vec<String> {
        generate::features(self.x.columns())
    }

    /// Whether the training rows of these settings, before they are standardised, are X where it lies.
    pub fn in_place(&self, settings: &DataSettings) -> bool {
        is_whole(settings) && !generate::is_moved(settings) && self.x.values().is_some()
    }

    /// Training, validation and test rows, scaled and shifted. Shuffled by the seed where some are held out;
    /// else in the order of the file, and where [`Arrays::in_place`] without a copy.
    ///
    /// # Errors
    /// As [`split::counts`], and [`DataError::Features`].
    pub fn parts(&self, settings: &DataSettings, seed: u64) -> Result<[Rows; 3], DataError> {
        let d = self.x.columns();
        let in_place = self.in_place(settings).then(|| Numbers::mapped(&self.x));
        if let Some(x) = in_place.flatten() {
            let y = self.y.clone();
            return Ok([Rows { x, y }, Rows::default(), Rows::default()]);
        }
        let parts = match is_whole(settings) {
            true => [(0..self.y.len()).collect(), Vec::new(), Vec::new()],
            false => split::split(self.y.len(), settings.validation, settings.test, seed)?.each(),
        };
        let mut rows = parts.map(|which| self.take(&which));
        for rows in &mut rows {
            generate::rescale(settings, d, rows.x.to_mut())?;
        }
        Ok(rows)
    }

    fn take(&self, which: &[usize]) -> Rows {
        let d = self.x.columns();
        let mut x = Vec::with_capacity(which.len() * d);
        for row in which {
            self.x.copy(row * d..(row + 1) * d, &mut x);
        }
        Rows {
            x: x.into(),
            y: which.iter().map(|row| self.y[*row]).collect(),
        }
    }
}

/// Whether all rows are to train on.
fn is_whole(settings: &DataSettings) -> bool {
    settings.validation == 0.0 && settings.test == 0.0
}

/// Names and indices of classes that are whole numbers, in their order; else a fault.
fn classes(numbers: Vec<f64>, faults: &mut FileFaults) -> Option<(Vec<String>, Vec<f64>)> {
    let broken = numbers.iter().position(|number| number.fract() != 0.0);
    if let Some(row) = broken {
        let message = format!("the target of row {row} is {}, and no class", numbers[row]);
        let help = "save classes as whole numbers from 0 on, or take `task = \"regression\"`";
        faults.at_name(message, "expected whole numbers", help);
        return None;
    }
    let (classes, indices) = target::numeric_classes(&numbers);
    if let [class] = classes.as_slice() {
        let message = format!("every row is of the class {class}");
        let help = "classes need at least two to tell apart";
        faults.at_name(message, "targets of one class", help);
        return None;
    }
    Some((classes, indices))
}
