//! A `.npy` file of NumPy's, mapped into memory: its numbers are read where they lie, and a file may be
//! larger than memory.

use super::npy::{Header, Number, Refused, header};
use memmap2::Mmap;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A matrix in a file.
#[derive(Debug)]
pub struct Mapped {
    map: Mmap,
    header: Header,
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
    #[error("failed to read {}, which {refused}", path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        refused: Refused,
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
        match header(&map) {
            Ok(header) => Ok(Mapped { map, header }),
            Err(refused) => Err(MappedError::Refused {
                path: path.to_owned(),
                refused,
            }),
        }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.header.rows
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.header.columns
    }

    /// The rows × columns numbers where they lie, row after row; none where they are no 64-bit floats, or
    /// don't stand where such must.
    pub fn values(&self) -> Option<&[f64]> {
        if self.header.number != Number::F64 || cfg!(target_endian = "big") {
            return None;
        }
        // SAFETY: every pattern of 8 bytes is an f64, and `align_to` takes care of where they start.
        // NumPy aligns what it saves to 64 bytes, so that nothing is left over.
        #[allow(unsafe_code)]
        let (before, values, _) = unsafe { self.numbers().align_to::<f64>() };
        before.is_empty().then_some(values)
    }

    /// Appends these of the rows × columns numbers to some others, as 64-bit floats: integers beyond 2⁵³
    /// come to the nearest that there is.
    pub fn copy(&self, which: Range<usize>, to: &mut Vec<f64>) {
        let each = self.header.number.bytes();
        let bytes = &self.numbers()[which.start * each..which.end * each];
        match self.header.number {
            Number::F64 => extend(to, bytes, f64::from_le_bytes),
            Number::F32 => extend(to, bytes, |b| f64::from(f32::from_le_bytes(b))),
            Number::I64 => extend(to, bytes, |b| i64::from_le_bytes(b) as f64),
            Number::I32 => extend(to, bytes, |b| f64::from(i32::from_le_bytes(b))),
            Number::I16 => extend(to, bytes, |b| f64::from(i16::from_le_bytes(b))),
            Number::I8 => extend(to, bytes, |b| f64::from(i8::from_le_bytes(b))),
            Number::U64 => extend(to, bytes, |b| u64::from_le_bytes(b) as f64),
            Number::U32 => extend(to, bytes, |b| f64::from(u32::from_le_bytes(b))),
            Number::U16 => extend(to, bytes, |b| f64::from(u16::from_le_bytes(b))),
            Number::U8 => extend(to, bytes, |[b]: [u8; 1]| f64::from(b)),
            Number::Bool => extend(to, bytes, |[b]: [u8; 1]| f64::from(u8::from(b != 0))),
        }
    }

    /// The file without its numbers, and these numbers as they stand there.
    pub(super) fn bytes(&self, which: Range<usize>) -> [&[u8]; 2] {
        let each = self.header.number.bytes();
        let numbers = &self.numbers()[which.start * each..which.end * each];
        [&self.map[..self.header.start], numbers]
    }

    fn numbers(&self) -> &[u8] {
        &self.map[self.header.start..]
    }
}

fn extend<const N: usize>(to: &mut Vec<f64>, bytes: &[u8], number: impl Fn([u8; N]) -> f64) {
    let (numbers, _) = bytes.as_chunks::<N>();
    to.extend(numbers.iter().map(|bytes| number(*bytes)));
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::npy::tests::saved;
    use super::*;

    fn mapped(descr: &str, shape: &str, numbers: &[u8]) -> Mapped {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), saved(descr, shape, numbers)).unwrap();
        Mapped::open(file.path()).unwrap()
    }

    #[test]
    fn rows_are_read_where_they_lie() {
        let numbers = [0.5, -1.0, f64::MAX, 1e-300, 0.0, 7.0];
        let bytes: Vec<u8> = numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
        let mapped = mapped("'<f8'", "(2, 3)", &bytes);
        assert_eq!((mapped.rows(), mapped.columns()), (2, 3));
        assert_eq!(mapped.values(), Some(&numbers[..]));
    }

    #[test]
    fn every_kind_of_number_comes_out_as_it_went_in() {
        macro_rules! held {
            ($kind:ty, $descr:expr, $numbers:expr) => {{
                let numbers: [$kind; 3] = $numbers;
                let bytes: Vec<u8> = numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
                let mapped = mapped($descr, "(3,)", &bytes);
                let mut copied = vec![9.0];
                mapped.copy(1..3, &mut copied);
                assert_eq!(copied, [9.0, numbers[1] as f64, numbers[2] as f64]);
                assert_eq!(mapped.values().is_some(), $descr == "'<f8'");
            }};
        }
        held!(f64, "'<f8'", [1.0, -0.1, 1e300]);
        held!(f32, "'<f4'", [1.0, -0.1, 1e30]);
        held!(i64, "'<i8'", [1, i64::MIN, 1 << 52]);
        held!(i32, "'<i4'", [1, i32::MIN, i32::MAX]);
        held!(i16, "'<i2'", [1, i16::MIN, i16::MAX]);
        held!(i8, "'|i1'", [1, i8::MIN, i8::MAX]);
        held!(u64, "'<u8'", [1, u64::MAX, 1 << 63]);
        held!(u32, "'<u4'", [1, u32::MAX, 2]);
        held!(u16, "'<u2'", [1, u16::MAX, 2]);
        held!(u8, "'|u1'", [1, u8::MAX, 2]);
        held!(u8, "'|b1'", [1, 1, 0]);
    }

    #[test]
    fn another_file_is_named_with_what_is_wrong() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "a,b\n1,2\n").unwrap();
        let told = Mapped::open(file.path()).unwrap_err().to_string();
        let told = told.replace(&file.path().display().to_string(), "x.npy");
        insta::assert_snapshot!(told, @"failed to read x.npy, which is no array of NumPy's; save it with `numpy.save(…, x)`");
    }
}
