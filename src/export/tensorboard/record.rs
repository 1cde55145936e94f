//! The record format of an event file, TensorFlow's TFRecord: length, checksum of the length, data, checksum of the
//! data. Numbers are little-endian.

use crc::{CRC_32_ISCSI, Crc};
use std::io::{self, Write};

/// The CRC-32C (Castagnoli).
const CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISCSI);

/// Writes one record.
pub fn write(file: &mut impl Write, data: &[u8]) -> io::Result<()> {
    let length = (data.len() as u64).to_le_bytes();
    file.write_all(&length)?;
    file.write_all(&masked(&length).to_le_bytes())?;
    file.write_all(data)?;
    file.write_all(&masked(data).to_le_bytes())
}

/// Returns the masked checksum of TensorFlow, which is rotated and shifted because checksums of checksums are weak.
fn masked(data: &[u8]) -> u32 {
    CRC.checksum(data)
        .rotate_right(15)
        .wrapping_add(0xa282_ead8)
}
