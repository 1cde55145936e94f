//! The bytes of data files.

/// A file as `numpy.save` writes it.
pub fn saved(descr: &str, shape: &str, numbers: &[u8]) -> Vec<u8> {
    with_dict(
        &format!("{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}"),
        numbers,
    )
}

/// The same with any text in place of the description of the array.
pub fn with_dict(dict: &str, numbers: &[u8]) -> Vec<u8> {
    let dict = format!("{dict:<117}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((dict.len() as u16).to_le_bytes());
    bytes.extend(dict.bytes());
    bytes.extend(numbers);
    bytes
}
