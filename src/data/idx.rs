//! The header of an IDX file, the format of MNIST: two zeros, the kind of number, how many dimensions there
//! are, and their sizes, each the highest byte first.

use super::npy::{Header, Number, Refused, refused};
use crate::spec::readable::{self, Unreadable};
use flate2::bufread::MultiGzDecoder;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// Most dimensions.
const DIMENSIONS: usize = 8;
/// The longest header.
pub(super) const LONGEST: usize = 4 + 4 * DIMENSIONS;
/// What gzip starts a file with.
const GZIP: &[u8] = &[0x1f, 0x8b];

/// The bytes of a file, unpacked where gzip packed it.
pub(super) fn open(path: &Path) -> Result<Box<dyn Read>, Unreadable> {
    let (file, length) = readable::data_file(path)?;
    let mut file = BufReader::new(file.take(length));
    Ok(match file.fill_buf()?.starts_with(GZIP) {
        true => Box::new(MultiGzDecoder::new(file)),
        false => Box::new(file),
    })
}

/// Reads the header of a file that starts like this.
///
/// # Errors
/// [`Refused`] for another format, and for no rows.
pub(super) fn header(file: &[u8]) -> Result<Header, Refused> {
    const HELP: &str =
        "name a file like MNIST's `train-images-idx3-ubyte.gz`, packed by gzip or not";
    let [0, 0, kind, dimensions, rest @ ..] = file else {
        return refused(
            "is no IDX file: it does not start with two zeros and a kind",
            HELP,
        );
    };
    let number = match kind {
        0x08 => Number::U8,
        0x09 => Number::I8,
        0x0b => Number::I16,
        0x0c => Number::I32,
        0x0d => Number::F32,
        0x0e => Number::F64,
        kind => {
            return refused(
                format!("is no IDX file: it has no kind of number {kind:#04x}"),
                HELP,
            );
        }
    };
    let dimensions = usize::from(*dimensions);
    if !(1..=DIMENSIONS).contains(&dimensions) {
        return refused(
            format!("has {dimensions} dimensions, and 1 to {DIMENSIONS} are read"),
            HELP,
        );
    }
    let (sizes, _) = rest.as_chunks::<4>();
    let Some(sizes) = sizes.get(..dimensions) else {
        return refused("ends within its header", super::npy::AGAIN);
    };
    let sizes = sizes.iter().map(|size| u32::from_be_bytes(*size) as usize);
    let sizes: Vec<usize> = sizes.collect();
    let columns = sizes[1..]
        .iter()
        .try_fold(1_usize, |all, size| all.checked_mul(*size));
    let bytes = columns.and_then(|columns| columns.checked_mul(sizes[0])?.checked_mul(8));
    match (columns, bytes) {
        (Some(columns), Some(1..)) => Ok(Header {
            start: 4 + 4 * dimensions,
            number,
            rows: sizes[0],
            columns,
        }),
        (Some(_), Some(_)) => refused("is empty", "save at least one row"),
        _ => refused("says that it is larger than any file", super::npy::AGAIN),
    }
}
