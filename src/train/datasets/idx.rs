//! The header of an IDX file, the format of MNIST: two zeros, the number type, the number of dimensions, and their
//! sizes, all big-endian.

use super::npy::{Header, NumberType, Refused, refused};
use crate::config::readable;
use crate::config::readable::Unreadable;
use flate2::bufread::MultiGzDecoder;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// Maximum number of dimensions.
const DIMENSIONS: usize = 8;
/// Length of the longest header.
pub(super) const LONGEST: usize = 4 + 4 * DIMENSIONS;
/// The first bytes of a gzip file.
const GZIP: &[u8] = &[0x1f, 0x8b];

/// Opens a file, and unpacks it if it is compressed by gzip.
pub(super) fn open(path: &Path) -> Result<Box<dyn Read>, Unreadable> {
    let (file, length) = readable::array_file(path)?;
    let mut file = BufReader::new(file.take(length));
    Ok(match file.fill_buf()?.starts_with(GZIP) {
        true => Box::new(MultiGzDecoder::new(file)),
        false => Box::new(file),
    })
}

/// Reads the header from the first bytes of a file.
///
/// # Errors
/// [`Refused`] for another format, and for an array without rows.
pub(super) fn header(file: &[u8]) -> Result<Header, Refused> {
    const HELP: &str =
        "use a file such as MNIST's `train-images-idx3-ubyte.gz`, with or without gzip";
    let [0, 0, kind, dimensions, rest @ ..] = file else {
        return refused(
            "is not an IDX file: it does not start with two zeros and a number type",
            HELP,
        );
    };
    let number = match kind {
        0x08 => NumberType::U8,
        0x09 => NumberType::I8,
        0x0b => NumberType::I16,
        0x0c => NumberType::I32,
        0x0d => NumberType::F32,
        0x0e => NumberType::F64,
        kind => {
            return refused(
                format!("is not an IDX file: it has the unknown number type {kind:#04x}"),
                HELP,
            );
        }
    };
    let dimensions = usize::from(*dimensions);
    if !(1..=DIMENSIONS).contains(&dimensions) {
        return refused(
            format!("has {dimensions} dimensions; supported are 1 to {DIMENSIONS}"),
            HELP,
        );
    }
    let (sizes, _) = rest.as_chunks::<4>();
    let Some(sizes) = sizes.get(..dimensions) else {
        return refused("ends in its header", super::npy::AGAIN);
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
        _ => refused("declares more numbers than any file has", super::npy::AGAIN),
    }
}
