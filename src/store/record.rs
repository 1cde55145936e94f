//! A trace as bytes: compact JSON, compressed, with a checksum.
//!
//! Floats are written with as many digits as they need to come back as the same bits, so packing
//! what was unpacked gives the same bytes.

use crate::trace::Trace;
use flate2::Compression;
use flate2::read::{ZlibDecoder, ZlibEncoder};
use std::io::Read;

/// Beyond this level the compression of a small network's trace takes a tenth of its training, and
/// saves a sixth of the bytes.
const LEVEL: u32 = 1;

/// No trace is that long; a damaged record may say that it is.
const MOST_BYTES: u64 = 1 << 28;

/// The record of a trace.
pub(super) fn pack(trace: &Trace) -> Result<Vec<u8>, String> {
    let json = serde_json::to_vec(trace)
        .map_err(|error| format!("its trace can't be written as JSON ({error})"))?;
    let mut record = Vec::with_capacity(json.len() / 2);
    let packed = ZlibEncoder::new(&json[..], Compression::new(LEVEL)).read_to_end(&mut record);
    match packed {
        Ok(_) => Ok(record),
        Err(error) => Err(format!("its trace can't be compressed ({error})")),
    }
}

/// The trace of a record.
pub(super) fn unpack(record: &[u8]) -> Result<Trace, String> {
    let mut json = Vec::with_capacity(4 * record.len());
    ZlibDecoder::new(record)
        .take(MOST_BYTES)
        .read_to_end(&mut json)
        .map_err(|error| format!("its record is damaged ({error})"))?;
    serde_json::from_slice(&json).map_err(|error| format!("its record is damaged ({error})"))
}
