//! The frame of a record in an event file, TensorFlow's TFRecord: length, its checksum, data, its
//! checksum, the numbers with the lowest byte first.

use crc::{CRC_32_ISCSI, Crc};
use std::io::{self, Write};

/// Castagnoli's.
const CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISCSI);

/// Writes one record.
pub fn write(file: &mut impl Write, data: &[u8]) -> io::Result<()> {
    let length = (data.len() as u64).to_le_bytes();
    file.write_all(&length)?;
    file.write_all(&masked(&length).to_le_bytes())?;
    file.write_all(data)?;
    file.write_all(&masked(data).to_le_bytes())
}

/// The checksum as TensorFlow stores it: rotated and shifted, since checksums of checksums are weak.
fn masked(data: &[u8]) -> u32 {
    CRC.checksum(data)
        .rotate_right(15)
        .wrapping_add(0xa282_ead8)
}
