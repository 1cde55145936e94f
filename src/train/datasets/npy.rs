//! The header of a `.npy` file: the type and number of its numbers (NumPy's NEP 1).
//!
//! A header is the text of a Python dict: `{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }`. The length
//! of the file is checked before the header is used.

/// The first bytes of every `.npy` file.
const MAGIC: &[u8] = b"\x93NUMPY";
/// Length of the longest accepted header, as in NumPy.
pub(super) const LONGEST: usize = 10_000;

/// The layout of a matrix in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    /// The byte offset of its numbers.
    pub start: usize,
    /// The number type.
    pub number: NumberType,
    /// Number n of rows; row-major.
    pub rows: usize,
    /// Number d of columns; 1 for an array of one dimension.
    pub columns: usize,
}

/// A number type, little-endian.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NumberType {
    F64,
    F32,
    I64,
    I32,
    I16,
    I8,
    U64,
    U32,
    U16,
    U8,
    Bool,
}

/// Why a file is rejected, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}; {help}")]
pub struct Refused {
    /// What is wrong, as a phrase after the name of the file.
    pub why: String,
    /// How to save it.
    pub help: &'static str,
}

const SAVE: &str = "save it with `numpy.save(…, x)`";
pub(super) const AGAIN: &str = "save it again: it may be truncated";
const AS_FLOAT: &str = "save it as numbers: `numpy.save(…, x.astype(\"<f8\"))`";
const IN_C_ORDER: &str = "save it in C order: `numpy.save(…, numpy.ascontiguousarray(x))`";
const FLAT: &str = "save rows × features: `numpy.save(…, x.reshape(len(x), -1))`";

pub(super) fn refused<T>(why: impl Into<String>, help: &'static str) -> Result<T, Refused> {
    let why = why.into();
    Err(Refused { why, help })
}

impl NumberType {
    /// Returns the number type of a NumPy name: type and bytes.
    fn of(name: &str) -> Option<NumberType> {
        Some(match name {
            "f8" => NumberType::F64,
            "f4" => NumberType::F32,
            "i8" => NumberType::I64,
            "i4" => NumberType::I32,
            "i2" => NumberType::I16,
            "i1" => NumberType::I8,
            "u8" => NumberType::U64,
            "u4" => NumberType::U32,
            "u2" => NumberType::U16,
            "u1" => NumberType::U8,
            "b1" => NumberType::Bool,
            _ => return None,
        })
    }

    /// Returns the size in bytes.
    pub fn bytes(self) -> usize {
        match self {
            NumberType::F64 | NumberType::I64 | NumberType::U64 => 8,
            NumberType::F32 | NumberType::I32 | NumberType::U32 => 4,
            NumberType::I16 | NumberType::U16 => 2,
            NumberType::I8 | NumberType::U8 | NumberType::Bool => 1,
        }
    }
}

/// Reads the header from the first bytes of a file, and checks the length of the file.
///
/// # Errors
/// [`Refused`] if it is not a row-major array of one or two dimensions of real numbers.
pub(super) fn header(file: &[u8], length: u64) -> Result<Header, Refused> {
    let (text, start) = dict(file)?;
    let number = number(text)?;
    if entry(text, "fortran_order").is_none_or(|rest| !rest.starts_with("False")) {
        return refused("is in Fortran order (column-major)", IN_C_ORDER);
    }
    let (rows, columns) = match shape(text).as_deref() {
        Some([rows]) => (*rows, 1),
        Some([rows, columns]) => (*rows, *columns),
        Some([]) => return refused("is a single number", FLAT),
        Some(more) => return refused(format!("has {} dimensions", more.len()), FLAT),
        None => return refused("has an invalid shape", SAVE),
    };
    if rows == 0 || columns == 0 {
        return refused(
            format!("is empty: {rows} × {columns}"),
            "save at least one row",
        );
    }
    Header {
        start,
        number,
        rows,
        columns,
    }
    .checked(length)
}

impl Header {
    /// Returns the header if a file of this length has all of its numbers.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn checked(self, length: u64) -> Result<Header, Refused> {
        let Header {
            start,
            number,
            rows,
            columns,
        } = self;
        let there = length.saturating_sub(start as u64);
        let wanted = rows
            .checked_mul(columns)
            .and_then(|n| n.checked_mul(number.bytes()));
        if wanted.map(|wanted| wanted as u64) == Some(there) {
            return Ok(self);
        }
        let each = number.bytes();
        let why = format!(
            "declares {rows} × {columns} numbers of {each} bytes, but has {there} bytes of data"
        );
        refused(why, AGAIN)
    }
}

/// Returns the text of the dict, and the offset of the numbers after it.
fn dict(file: &[u8]) -> Result<(&str, usize), Refused> {
    let Some(rest) = file.strip_prefix(MAGIC) else {
        return refused("is not a NumPy array", SAVE);
    };
    // Version 1 has two bytes for the length of the dict, later versions have four.
    let (size, rest) = match rest {
        [1, _, a, b, rest @ ..] => (usize::from(u16::from_le_bytes([*a, *b])), rest),
        [2 | 3, _, a, b, c, d, rest @ ..] => {
            let size = u32::from_le_bytes([*a, *b, *c, *d]);
            (usize::try_from(size).unwrap_or(usize::MAX), rest)
        }
        [1..=3, ..] | [] => return refused("ends in its header", AGAIN),
        [version, ..] => {
            let why = format!("has version {version} of the NumPy format; supported are 1 to 3");
            return refused(why, SAVE);
        }
    };
    if size > LONGEST {
        return refused(
            "has a header that is too long for an array of numbers",
            AS_FLOAT,
        );
    }
    let Some(text) = rest.get(..size) else {
        return refused("ends in its header", AGAIN);
    };
    match std::str::from_utf8(text) {
        Ok(text) => Ok((text, file.len() - rest.len() + size)),
        Err(_) => refused("has a header that is not text", SAVE),
    }
}

/// Returns the number type.
fn number(text: &str) -> Result<NumberType, Refused> {
    let kind = entry(text, "descr").and_then(|rest| rest.strip_prefix('\''));
    let Some((kind, _)) = kind.and_then(|rest| rest.split_once('\'')) else {
        return refused("holds structured records", AS_FLOAT);
    };
    let big = kind.starts_with('>');
    match NumberType::of(kind.trim_start_matches(['<', '|', '>'])) {
        Some(number) if !big => Ok(number),
        Some(_) => refused(format!("holds big-endian numbers (`{kind}`)"), AS_FLOAT),
        None if kind.ends_with('O') => refused("holds Python objects", AS_FLOAT),
        None => refused(
            format!(
                "holds numbers of the type `{kind}`; supported are float64, float32, integers and bool"
            ),
            AS_FLOAT,
        ),
    }
}

/// Returns the sizes of its dimensions.
fn shape(text: &str) -> Option<Vec<usize>> {
    let (inside, _) = entry(text, "shape")?.strip_prefix('(')?.split_once(')')?;
    let sizes = inside.split(',').map(str::trim);
    let sizes = sizes.filter(|size| !size.is_empty());
    sizes.map(|size| size.parse().ok()).collect()
}

/// Returns the text after a key of the dict.
fn entry<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("'{key}':"))?;
    Some(rest.trim_start())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testkit::bytes::{saved, with_dict};
    use proptest::prelude::*;

    #[test]
    fn one_and_two_dimensions_are_read_in_every_version() {
        let header = |file: &[u8]| header(file, file.len() as u64);
        let first = saved("'<f4'", "(2, 3)", &[0; 24]);
        let expected = Header {
            start: 128,
            number: NumberType::F32,
            rows: 2,
            columns: 3,
        };
        assert_eq!(header(&first), Ok(expected));
        let mut second = b"\x93NUMPY\x02\x00\x76\x00\x00\x00".to_vec();
        second.extend(&first[10..]);
        let start = 130;
        assert_eq!(header(&second), Ok(Header { start, ..expected }));
        let list = header(&saved("'|b1'", "(5,)", &[0; 5])).unwrap();
        assert_eq!((list.rows, list.columns), (5, 1));
    }

    #[test]
    fn files_without_a_matrix_of_numbers_are_rejected_with_help() {
        let why = |file: &[u8]| header(file, file.len() as u64).unwrap_err().to_string();
        let of = |descr, shape| why(&saved(descr, shape, &[0; 48]));
        let fortran = "{'descr': '<f8', 'fortran_order': True, 'shape': (2, 3), }";
        let errors = [
            why(b"a,b\n1,2\n"),
            why(b"\x93NUMPY\x01\x00\xff\x00{'descr'"),
            why(b"\x93NUMPY\x02\x00\xff\xff\xff\xff"),
            why(b"\x93NUMPY\x07\x00\x00\x00"),
            why(&with_dict(fortran, &[0; 48])),
            of("'>f8'", "(2, 3)"),
            of("'|O'", "(6,)"),
            of("'<c16'", "(3,)"),
            of("[('a', '<f8')]", "(6,)"),
            of("'<f8'", "()"),
            of("'<f8'", "(1, 2, 3)"),
            of("'<f8'", "(0, 3)"),
            of("'<f8'", "(2, 4)"),
            of("'<f8'", "(2, -3)"),
            of("'<f8'", "(4611686018427387904, 8)"),
        ];
        insta::assert_snapshot!(errors.join("\n"));
    }

    proptest! {
        #[test]
        fn no_content_panics(
            dict in "[ -~]{0,40}",
            shape in "[0-9(), ]{0,20}",
            numbers in prop::collection::vec(any::<u8>(), 0..40),
            cut in 0_usize..200,
        ) {
            for file in [with_dict(&dict, &numbers), saved("'<i2'", &shape, &numbers)] {
                let file = &file[..cut.min(file.len())];
                if let Ok(header) = header(file, file.len() as u64) {
                    let bytes = header.rows * header.columns * header.number.bytes();
                    prop_assert_eq!(header.start + bytes, file.len());
                }
            }
        }
    }
}
