//! A matrix in a file. A NumPy array is memory-mapped, so its numbers are read in place and the file may be larger
//! than memory. Arrays in a NumPy archive or in the MNIST format are unpacked.

use super::idx;
use super::npy::{self, Header, NumberType, Refused, header, refused};
use crate::config::readable;
use crate::config::readable::Unreadable;
use crate::format::bytes;
use crate::memory::MARGIN;
use crate::train::datasets::file_errors;
use memmap2::Mmap;
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;
use zip::ZipArchive;
use zip::result::ZipError;

/// A matrix.
#[derive(Debug)]
pub struct Array {
    content: ArrayBytes,
    header: Header,
}

/// The content of the file: the header, and the numbers in little-endian order.
#[derive(Debug)]
enum ArrayBytes {
    Mapped(Mmap),
    Unpacked(Vec<u8>),
}

/// Why a file cannot be read as a matrix.
#[derive(Debug, thiserror::Error)]
pub enum ArrayError {
    /// It cannot be opened, mapped or read.
    #[error("failed to read it: {0}")]
    Io(#[from] io::Error),
    /// It is not a regular file.
    #[error("failed to read it: {0}")]
    Unreadable(#[from] Unreadable),
    /// It has another format.
    #[error("failed to read it: it {0}")]
    Refused(#[from] Refused),
    /// It unpacks to more than the free memory.
    #[error("failed to read it: it {}", unfit(*.declared, *.free))]
    TooLarge {
        /// Unpacked bytes according to its header.
        declared: f64,
        /// Free bytes of memory.
        free: f64,
    },
    /// The archive has no array of this name.
    #[error(
        "failed to find the array `{name}`; the archive has {}",
        file_errors::listed(there)
    )]
    NoEntry {
        /// The name.
        name: String,
        /// The names of its arrays.
        there: Vec<String>,
    },
}

/// Explains that an array does not fit into memory, as a phrase after its name.
pub(super) fn unfit(declared: f64, free: f64) -> String {
    let [declared, needed, free] = [declared, MARGIN * declared, free].map(|n| bytes(n as u64));
    format!("declares {declared} of numbers: {needed} of memory needed to unpack it, {free} free")
}

impl Array {
    /// Maps a file from `numpy.save`. The file must not change while it is mapped.
    ///
    /// # Errors
    /// [`ArrayError`].
    pub fn npy(path: &Path) -> Result<Array, ArrayError> {
        let (file, _) = readable::array_file(path)?;
        // SAFETY: the map is only read. If another process truncates or writes the file, its numbers change under the
        // reader, as with any memory map; the documentation says so.
        #[allow(unsafe_code)]
        let map = unsafe { Mmap::map(&file) }?;
        let header = header(&map, map.len() as u64)?;
        let content = ArrayBytes::Mapped(map);
        Ok(Array { content, header })
    }

    /// Unpacks an array of a file from `numpy.savez` or `numpy.savez_compressed` by its name. `free` is the available
    /// memory in bytes.
    ///
    /// # Errors
    /// [`ArrayError`].
    pub fn npz(path: &Path, name: &str, free: f64) -> Result<Array, ArrayError> {
        let mut archive = ZipArchive::new(readable::array_file(path)?.0).map_err(no_archive)?;
        let mut there = Vec::new();
        for entry in archive.file_names() {
            let entry = entry.map_err(no_archive)?;
            there.push(entry.strip_suffix(".npy").unwrap_or(&entry).to_owned());
        }
        let entry = match archive.by_name(&format!("{name}.npy")) {
            Err(ZipError::FileNotFound) => {
                let name = name.to_owned();
                return Err(ArrayError::NoEntry { name, there });
            }
            entry => entry.map_err(no_archive)?,
        };
        let length = entry.size();
        unpacked(entry, npy::LONGEST + 12, free, |start| {
            header(start, length)
        })
    }

    /// Unpacks a file in the MNIST format (IDX), optionally compressed by gzip. The first dimension counts rows, and
    /// further dimensions are flattened, as for images. `free` is the available memory in bytes.
    ///
    /// # Errors
    /// [`ArrayError`].
    pub fn idx(path: &Path, free: f64) -> Result<Array, ArrayError> {
        let mut array = unpacked(idx::open(path)?, idx::LONGEST, free, idx::header)?;
        // IDX is big-endian.
        if let ArrayBytes::Unpacked(bytes) = &mut array.content {
            let numbers = &mut bytes[array.header.start..];
            let each = array.header.number.bytes();
            numbers.chunks_exact_mut(each).for_each(<[u8]>::reverse);
        }
        Ok(array)
    }

    /// Returns the number of rows.
    pub fn rows(&self) -> usize {
        self.header.rows
    }

    /// Returns the number of columns.
    pub fn columns(&self) -> usize {
        self.header.columns
    }

    /// Returns the rows × columns numbers in place, row-major. Returns `None` if they are not aligned 64-bit floats.
    pub fn values(&self) -> Option<&[f64]> {
        if self.header.number != NumberType::F64 || cfg!(target_endian = "big") {
            return None;
        }
        // SAFETY: every pattern of 8 bytes is an f64, and `align_to` handles the alignment. NumPy aligns data to 64
        // bytes, so no bytes remain before the numbers.
        #[allow(unsafe_code)]
        let (before, values, _) = unsafe { self.numbers().align_to::<f64>() };
        before.is_empty().then_some(values)
    }

    /// Appends a range of the rows × columns numbers to a vector, as 64-bit floats. Integers beyond 2⁵³ are rounded.
    pub fn copy(&self, which: Range<usize>, to: &mut Vec<f64>) {
        let each = self.header.number.bytes();
        let bytes = &self.numbers()[which.start * each..which.end * each];
        match self.header.number {
            NumberType::F64 => extend(to, bytes, f64::from_le_bytes),
            NumberType::F32 => extend(to, bytes, |b| f64::from(f32::from_le_bytes(b))),
            NumberType::I64 => extend(to, bytes, |b| i64::from_le_bytes(b) as f64),
            NumberType::I32 => extend(to, bytes, |b| f64::from(i32::from_le_bytes(b))),
            NumberType::I16 => extend(to, bytes, |b| f64::from(i16::from_le_bytes(b))),
            NumberType::I8 => extend(to, bytes, |b| f64::from(i8::from_le_bytes(b))),
            NumberType::U64 => extend(to, bytes, |b| u64::from_le_bytes(b) as f64),
            NumberType::U32 => extend(to, bytes, |b| f64::from(u32::from_le_bytes(b))),
            NumberType::U16 => extend(to, bytes, |b| f64::from(u16::from_le_bytes(b))),
            NumberType::U8 => extend(to, bytes, |[b]: [u8; 1]| f64::from(b)),
            NumberType::Bool => extend(to, bytes, |[b]: [u8; 1]| f64::from(u8::from(b != 0))),
        }
    }

    /// Returns the file before its numbers, and the bytes of a range of numbers.
    pub(super) fn bytes(&self, which: Range<usize>) -> [&[u8]; 2] {
        let each = self.header.number.bytes();
        let numbers = &self.numbers()[which.start * each..which.end * each];
        [&self.file()[..self.header.start], numbers]
    }

    /// Returns whether it is memory-mapped.
    pub fn is_mapped(&self) -> bool {
        matches!(self.content, ArrayBytes::Mapped(_))
    }

    /// Returns the number of bytes of its unpacked file.
    pub(super) fn file_bytes(&self) -> usize {
        self.file().len()
    }

    fn numbers(&self) -> &[u8] {
        &self.file()[self.header.start..]
    }

    fn file(&self) -> &[u8] {
        match &self.content {
            ArrayBytes::Mapped(map) => map,
            ArrayBytes::Unpacked(bytes) => bytes,
        }
    }
}

/// Unpacks a compressed file with a header of at most `longest` bytes. Unpacks no more than the header declares and
/// than memory can hold.
fn unpacked(
    mut file: impl Read,
    longest: usize,
    free: f64,
    header: impl Fn(&[u8]) -> Result<Header, Refused>,
) -> Result<Array, ArrayError> {
    let mut bytes = Vec::new();
    file.by_ref()
        .take(longest as u64)
        .read_to_end(&mut bytes)
        .map_err(cut_short)?;
    let header = header(&bytes)?;
    let numbers = header.rows.saturating_mul(header.columns);
    let numbers = numbers.saturating_mul(header.number.bytes());
    let wanted = header.start.saturating_add(numbers);
    let declared = wanted as f64;
    if MARGIN * declared > free {
        return Err(ArrayError::TooLarge { declared, free });
    }
    let more = wanted.saturating_add(1).saturating_sub(bytes.len());
    bytes
        .try_reserve_exact(more)
        .map_err(|_| ArrayError::TooLarge { declared, free })?;
    file.take(more as u64)
        .read_to_end(&mut bytes)
        .map_err(cut_short)?;
    if bytes.len() > wanted {
        let why = format!(
            "goes on after its {} × {} numbers",
            header.rows, header.columns
        );
        return Ok(refused(why, npy::AGAIN)?);
    }
    let header = header.checked(bytes.len() as u64)?;
    let content = ArrayBytes::Unpacked(bytes);
    Ok(Array { content, header })
}

/// Converts an error of the decompression.
fn cut_short(error: io::Error) -> ArrayError {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    if ![UnexpectedEof, InvalidData, InvalidInput].contains(&error.kind()) {
        return ArrayError::Io(error);
    }
    let why = format!("cannot be unpacked to its end: {error}");
    ArrayError::Refused(Refused {
        why,
        help: "download or save it again: it is truncated or damaged",
    })
}

fn no_archive(error: ZipError) -> ArrayError {
    if let ZipError::Io(error) = error {
        return ArrayError::Io(error);
    }
    ArrayError::Refused(Refused {
        why: format!("is not a NumPy archive: {error}"),
        help: "save it with `numpy.savez(…, x=x, y=y)`",
    })
}

fn extend<const N: usize>(to: &mut Vec<f64>, bytes: &[u8], number: impl Fn([u8; N]) -> f64) {
    let (numbers, _) = bytes.as_chunks::<N>();
    to.extend(numbers.iter().map(|bytes| number(*bytes)));
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testkit::bytes::saved;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;
    use tempfile::NamedTempFile;

    fn file(bytes: &[u8]) -> NamedTempFile {
        let file = NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        file
    }

    fn mapped(descr: &str, shape: &str, numbers: &[u8]) -> Array {
        Array::npy(file(&saved(descr, shape, numbers)).path()).unwrap()
    }

    fn copied(array: &Array) -> Vec<f64> {
        let mut numbers = Vec::new();
        array.copy(0..array.rows() * array.columns(), &mut numbers);
        numbers
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut to = GzEncoder::new(Vec::new(), Compression::fast());
        to.write_all(bytes).unwrap();
        to.finish().unwrap()
    }

    /// Two images of 1 × 2 in 16 bits.
    const IMAGES: [u8; 24] = [
        0, 0, 11, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 1, 255, 255, 1, 0, 0, 7,
    ];

    #[test]
    fn rows_are_read_in_place() {
        let numbers = [0.5, -1.0, f64::MAX, 1e-300, 0.0, 7.0];
        let bytes: Vec<u8> = numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
        let mapped = mapped("'<f8'", "(2, 3)", &bytes);
        assert_eq!((mapped.rows(), mapped.columns()), (2, 3));
        assert_eq!(mapped.values(), Some(&numbers[..]));
    }

    #[test]
    fn images_are_rows_with_and_without_compression() {
        for bytes in [IMAGES.to_vec(), gzip(&IMAGES)] {
            let images = Array::idx(file(&bytes).path(), f64::INFINITY).unwrap();
            assert_eq!((images.rows(), images.columns()), (2, 2));
            assert_eq!(copied(&images), [1.0, -1.0, 256.0, 7.0]);
        }
    }

    #[test]
    fn arrays_larger_than_memory_are_not_unpacked() {
        // Only a header, which declares 8 MB.
        let mut header = vec![0, 0, 0x08, 2];
        header.extend([8000_u32, 1000].map(u32::to_be_bytes).concat());
        let idx = |free: f64| Array::idx(file(&gzip(&header)).path(), free).unwrap_err();
        let ArrayError::TooLarge { declared, free } = idx(9e6) else {
            panic!("9 MB are not enough with a margin")
        };
        assert_eq!((declared, free), (8_000_012.0, 9e6));
        assert!(matches!(idx(10e6), ArrayError::Refused(_)));
    }

    #[test]
    fn an_archive_returns_the_array_of_a_name() {
        let mut archive = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        for (name, number) in [("x.npy", 3.0_f64), ("y.npy", 4.0)] {
            let options = zip::write::SimpleFileOptions::default();
            archive.start_file(name, options).unwrap();
            archive
                .write_all(&saved("'<f8'", "(1, 1)", &number.to_le_bytes()))
                .unwrap();
        }
        let bytes = archive.finish().unwrap().into_inner();
        let saved = file(&bytes);
        assert_eq!(
            copied(&Array::npz(saved.path(), "y", f64::INFINITY).unwrap()),
            [4.0]
        );
        let error = Array::npz(saved.path(), "z", f64::INFINITY)
            .unwrap_err()
            .to_string();
        insta::assert_snapshot!(error, @"failed to find the array `z`; the archive has `x`, `y`");
    }

    #[test]
    fn broken_files_are_rejected_with_help() {
        let packed = gzip(&IMAGES);
        let idx = |bytes: &[u8]| {
            Array::idx(file(bytes).path(), f64::INFINITY)
                .unwrap_err()
                .to_string()
        };
        let errors = [
            idx(b"x,y\n1,2\n"),
            idx(&IMAGES[..3]),
            idx(&IMAGES[..20]),
            idx(&[&IMAGES[..], &[0]].concat()),
            idx(&[0, 0, 10, 1, 0, 0, 0, 1, 0]),
            idx(&[0, 0, 8, 2, 255, 255, 255, 255, 255, 255, 255, 255]),
            idx(&packed[..packed.len() - 9]),
            Array::npz(file(b"x,y\n1,2\n").path(), "x", f64::INFINITY)
                .unwrap_err()
                .to_string(),
            Array::npy(file(b"x,y\n1,2\n").path())
                .unwrap_err()
                .to_string(),
        ];
        insta::assert_snapshot!(errors.join("\n"));
    }

    #[test]
    fn every_number_type_is_read_exactly() {
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
}
