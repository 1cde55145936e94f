//! Rows in a `.npy` file of NumPy's, read where they lie: a file may be larger than memory.
//!
//! Two dimensions of 64-bit floats, row after row, as `numpy.save` writes them.

use memmap2::Mmap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// Bytes before the length of the header: the magic string and the version.
const PREFIX: usize = 8;

/// A matrix in a file.
#[derive(Debug)]
pub struct Mapped {
    map: Mmap,
    /// Where the first number is.
    start: usize,
    rows: usize,
    columns: usize,
}

/// A file that is no such matrix.
#[derive(Debug, thiserror::Error)]
pub enum MappedError {
    /// It can't be opened or mapped.
    #[error("failed to map {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It holds something else.
    #[error("failed to take rows from {}: {why}; save it with `numpy.save` from a two-dimensional array of float64 in C order", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
}

impl Mapped {
    /// Maps a file. It must not change while it is mapped.
    ///
    /// # Errors
    /// [`MappedError`].
    pub fn open(path: &Path) -> Result<Mapped, MappedError> {
        let failed = |source| MappedError::Io {
            path: path.to_owned(),
            source,
        };
        let file = File::open(path).map_err(failed)?;
        // SAFETY: the map is only read. Should another process cut the file short or write to it, its
        // numbers change under the reader, as with any memory map: that is told above.
        #[allow(unsafe_code)]
        let map = unsafe { Mmap::map(&file) }.map_err(failed)?;
        let mapped = header(&map).and_then(|(start, rows, columns)| {
            let mapped = Mapped {
                map,
                start,
                rows,
                columns,
            };
            let there = mapped.bytes().len() / 8;
            match rows.checked_mul(columns) {
                Some(all) if there == all => Ok(mapped),
                _ => Err(format!(
                    "{rows} × {columns} numbers were to follow, not {there}"
                )),
            }
        });
        mapped.map_err(|why| MappedError::Format {
            path: path.to_owned(),
            why,
        })
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// rows × columns numbers, row after row.
    pub fn values(&self) -> &[f64] {
        // SAFETY: every pattern of 8 bytes is an f64; `align_to` takes care of where they start, and
        // NumPy aligns what it saves to 64 bytes.
        #[allow(unsafe_code)]
        let (_, values, _) = unsafe { self.bytes().align_to::<f64>() };
        values
    }

    fn bytes(&self) -> &[u8] {
        &self.map[self.start..]
    }
}

/// Where the numbers start, rows and columns; or what is wrong.
fn header(file: &[u8]) -> Result<(usize, usize, usize), String> {
    let no_header = || "it does not start as a file of NumPy's".to_owned();
    if !file.starts_with(b"\x93NUMPY") || cfg!(target_endian = "big") {
        return Err(no_header());
    }
    let byte = |k: usize| file.get(k).map_or(0, |byte| usize::from(*byte));
    // Version 1 has two bytes for the length of its header, later ones have four.
    let size = if byte(6) == 1 { 2 } else { 4 };
    let length: usize = (0..size).map(|k| byte(PREFIX + k) << (8 * k)).sum();
    let start = PREFIX + size + length;
    let text = file.get(PREFIX + size..start).ok_or_else(no_header)?;
    let text = String::from_utf8_lossy(text).replace(' ', "");
    if !text.contains("'<f8'") {
        return Err("its numbers are not 64-bit floats".to_owned());
    }
    if text.contains("'fortran_order':True") {
        return Err("it lies column after column".to_owned());
    }
    let shape = text
        .split_once('(')
        .and_then(|(_, rest)| rest.split_once(')'));
    let sizes: Option<Vec<usize>> = shape.and_then(|(inside, _)| {
        let sizes = inside.split(',');
        sizes
            .filter(|size| !size.is_empty())
            .map(|size| size.parse().ok())
            .collect()
    });
    match sizes.as_deref() {
        Some([rows, columns]) if start.is_multiple_of(8) => Ok((start, *rows, *columns)),
        Some([_, _]) => Err("its numbers are not aligned".to_owned()),
        _ => Err("it has not two dimensions".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// A file as `numpy.save` writes it.
    fn saved(header: &str, numbers: &[f64]) -> tempfile::NamedTempFile {
        let header = format!("{header:<117}\n");
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.bytes());
        bytes.extend(numbers.iter().flat_map(|x| x.to_le_bytes()));
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        file
    }

    #[test]
    fn rows_are_read_where_they_lie() {
        let header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }";
        let numbers = [0.5, -1.0, f64::MAX, 1e-300, 0.0, 7.0];
        let file = saved(header, &numbers);
        let mapped = Mapped::open(file.path()).unwrap();
        assert_eq!((mapped.rows(), mapped.columns()), (2, 3));
        assert_eq!(mapped.values(), numbers);
    }

    #[test]
    fn other_files_are_refused_with_the_reason() {
        let why = |header: &str, count: usize| {
            let file = saved(header, &vec![1.0; count]);
            Mapped::open(file.path()).unwrap_err().to_string()
        };
        for (header, count, expected) in [
            (
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }",
                3,
                "64-bit",
            ),
            (
                "{'descr': '<f8', 'fortran_order': True, 'shape': (2, 3), }",
                6,
                "column after",
            ),
            (
                "{'descr': '<f8', 'fortran_order': False, 'shape': (6,), }",
                6,
                "two dimensions",
            ),
            (
                "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }",
                5,
                "not 5",
            ),
        ] {
            let why = why(header, count);
            assert!(why.contains(expected), "{why}");
        }
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "a,b\n1,2\n").unwrap();
        let why = Mapped::open(file.path()).unwrap_err().to_string();
        assert!(why.contains("does not start as"), "{why}");
    }
}
