//! A trace as bytes: compact JSON, compressed, with a checksum.
//!
//! Floats are written with as many digits as they need to come back as the same bits, so packing
//! what was unpacked gives the same bytes.

use crate::trace::Trace;
use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

/// Beyond this level the compression of a small network's trace takes a tenth of its training, and
/// saves a sixth of the bytes.
const LEVEL: u8 = 1;

/// No trace is that long; a damaged record may say that it is.
const MOST_BYTES: usize = 1 << 28;

/// The record of a trace.
pub(super) fn pack(trace: &Trace) -> Result<Vec<u8>, String> {
    let json = serde_json::to_vec(trace)
        .map_err(|error| format!("its trace can't be written as JSON ({error})"))?;
    Ok(compress_to_vec_zlib(&json, LEVEL))
}

/// The trace of a record.
pub(super) fn unpack(record: &[u8]) -> Result<Trace, String> {
    let json = decompress_to_vec_zlib_with_limit(record, MOST_BYTES)
        .map_err(|error| format!("its record is damaged ({error})"))?;
    serde_json::from_slice(&json).map_err(|error| format!("its record is damaged ({error})"))
}
