//! The stored form of a trace: a version, and a compressed MessagePack map.
//!
//! Fields have names, so that a version can add some. Columns of numbers are a few bytes per number
//! ([`crate::trace`]). Records of version 1 are JSON, and are read too.

use crate::store::version1;
use crate::trace::Trace;
use flate2::Compression;
use flate2::read::{ZlibDecoder, ZlibEncoder};
use serde::Serialize;
use std::io::Read;

/// The first byte of a record.
const VERSION: u8 = 2;

/// The first byte of a record of version 1, which is that of its compression.
const VERSION_1: u8 = 0x78;

/// Compression level. Higher levels take a tenth of the training time of a small network, and save a sixth of the bytes.
const LEVEL: u32 = 1;

/// Maximum size of an unpacked trace, against damaged records.
const MOST_BYTES: u64 = 1 << 28;

/// Packs a trace.
pub(super) fn pack(trace: &Trace) -> Result<Vec<u8>, String> {
    let mut plain = Vec::new();
    let mut serializer = rmp_serde::Serializer::new(&mut plain).with_struct_map();
    trace
        .serialize(&mut serializer)
        .map_err(|error| format!("failed to write its trace ({error})"))?;
    let mut record = Vec::with_capacity(1 + plain.len() / 2);
    record.push(VERSION);
    match ZlibEncoder::new(&plain[..], Compression::new(LEVEL)).read_to_end(&mut record) {
        Ok(_) => Ok(record),
        Err(error) => Err(format!("failed to compress its trace ({error})")),
    }
}

/// Unpacks a trace.
pub(super) fn unpack(record: &[u8]) -> Result<Trace, String> {
    let damaged = |error: &dyn std::fmt::Display| format!("its record is damaged ({error})");
    match record {
        [VERSION, packed @ ..] => {
            let plain = inflated(packed).map_err(|error| damaged(&error))?;
            rmp_serde::from_slice(&plain).map_err(|error| damaged(&error))
        }
        [VERSION_1, ..] => {
            let plain = inflated(record).map_err(|error| damaged(&error))?;
            version1::read(&plain).map_err(|error| damaged(&error))
        }
        [] => Err(damaged(&"it is empty")),
        [version, ..] => Err(damaged(&format!("unknown version {version}"))),
    }
}

/// Returns whether a record has the current version.
pub(super) fn is_current(record: &[u8]) -> bool {
    record.first() == Some(&VERSION)
}

fn inflated(packed: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut plain = Vec::with_capacity(4 * packed.len());
    let mut limited = ZlibDecoder::new(packed).take(MOST_BYTES);
    limited.read_to_end(&mut plain)?;
    Ok(plain)
}
