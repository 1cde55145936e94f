//! The header of a `.npy` file: how its numbers are stored, and how many there are (NumPy's NEP 1).
//!
//! A header is the text of a Python dict: `{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }`.
//! Nothing that it says is believed before the file is as long as that.

/// What every such file starts with.
const MAGIC: &[u8] = b"\x93NUMPY";
/// Longest header that is read, as in NumPy itself.
pub(super) const LONGEST: usize = 10_000;

/// How a matrix lies in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    /// The byte at which its numbers start.
    pub start: usize,
    /// What each of them is.
    pub number: Number,
    /// n; one row after another.
    pub rows: usize,
    /// d; 1 of an array of one dimension.
    pub columns: usize,
}

/// A number as it is stored, its lowest byte first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
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

/// Why a file is not taken, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}; {help}")]
pub struct Refused {
    /// What is wrong, to follow the name of the file.
    pub why: String,
    /// How to save it.
    pub help: &'static str,
}

const SAVE: &str = "save it with `numpy.save(…, x)`";
pub(super) const AGAIN: &str = "save it again: it may have been cut short";
const AS_FLOAT: &str = "save it as numbers: `numpy.save(…, x.astype(\"<f8\"))`";
const IN_C_ORDER: &str = "save it row after row: `numpy.save(…, numpy.ascontiguousarray(x))`";
const FLAT: &str = "save rows of features: `numpy.save(…, x.reshape(len(x), -1))`";

pub(super) fn refused<T>(why: impl Into<String>, help: &'static str) -> Result<T, Refused> {
    let why = why.into();
    Err(Refused { why, help })
}

impl Number {
    /// By NumPy's name of it, the type and its bytes.
    fn of(name: &str) -> Option<Number> {
        Some(match name {
            "f8" => Number::F64,
            "f4" => Number::F32,
            "i8" => Number::I64,
            "i4" => Number::I32,
            "i2" => Number::I16,
            "i1" => Number::I8,
            "u8" => Number::U64,
            "u4" => Number::U32,
            "u2" => Number::U16,
            "u1" => Number::U8,
            "b1" => Number::Bool,
            _ => return None,
        })
    }

    /// Bytes that one takes.
    pub fn bytes(self) -> usize {
        match self {
            Number::F64 | Number::I64 | Number::U64 => 8,
            Number::F32 | Number::I32 | Number::U32 => 4,
            Number::I16 | Number::U16 => 2,
            Number::I8 | Number::U8 | Number::Bool => 1,
        }
    }
}

/// Reads the header of a file that starts like this, and has so many bytes as it must say.
///
/// # Errors
/// [`Refused`] for what is no array of one or two dimensions, of numbers of the real line, row after row.
pub(super) fn header(file: &[u8], length: u64) -> Result<Header, Refused> {
    let (text, start) = dict(file)?;
    let number = number(text)?;
    if entry(text, "fortran_order").is_none_or(|rest| !rest.starts_with("False")) {
        return refused("lies column after column, in Fortran's order", IN_C_ORDER);
    }
    let (rows, columns) = match shape(text).as_deref() {
        Some([rows]) => (*rows, 1),
        Some([rows, columns]) => (*rows, *columns),
        Some([]) => return refused("is a single number", FLAT),
        Some(more) => return refused(format!("has {} dimensions", more.len()), FLAT),
        None => return refused("has a shape that is not understood", SAVE),
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
    /// If a file of so many bytes has the numbers that it says.
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
            "says that it has {rows} × {columns} numbers of {each} bytes, and has {there} bytes of them"
        );
        refused(why, AGAIN)
    }
}

/// The text of the dict, and where the numbers after it start.
fn dict(file: &[u8]) -> Result<(&str, usize), Refused> {
    let Some(rest) = file.strip_prefix(MAGIC) else {
        return refused("is no array of NumPy's", SAVE);
    };
    // Version 1 has two bytes for the length of the dict, later ones have four.
    let (size, rest) = match rest {
        [1, _, a, b, rest @ ..] => (usize::from(u16::from_le_bytes([*a, *b])), rest),
        [2 | 3, _, a, b, c, d, rest @ ..] => {
            let size = u32::from_le_bytes([*a, *b, *c, *d]);
            (usize::try_from(size).unwrap_or(usize::MAX), rest)
        }
        [1..=3, ..] | [] => return refused("ends within its header", AGAIN),
        [version, ..] => {
            let why = format!("is in version {version} of NumPy's format, and 1 to 3 are known");
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
        return refused("ends within its header", AGAIN);
    };
    match std::str::from_utf8(text) {
        Ok(text) => Ok((text, file.len() - rest.len() + size)),
        Err(_) => refused("has a header that is no text", SAVE),
    }
}

/// What its numbers are.
fn number(text: &str) -> Result<Number, Refused> {
    let kind = entry(text, "descr").and_then(|rest| rest.strip_prefix('\''));
    let Some((kind, _)) = kind.and_then(|rest| rest.split_once('\'')) else {
        return refused("holds records", AS_FLOAT);
    };
    let big = kind.starts_with('>');
    match Number::of(kind.trim_start_matches(['<', '|', '>'])) {
        Some(number) if !big => Ok(number),
        Some(_) => refused(
            format!("holds `{kind}`, numbers with their highest byte first"),
            AS_FLOAT,
        ),
        None if kind.ends_with('O') => refused("holds Python objects", AS_FLOAT),
        None => refused(
            format!("holds `{kind}`, which is no float64 or float32, no int and no bool"),
            AS_FLOAT,
        ),
    }
}

/// The sizes of its dimensions.
fn shape(text: &str) -> Option<Vec<usize>> {
    let (inside, _) = entry(text, "shape")?.strip_prefix('(')?.split_once(')')?;
    let sizes = inside.split(',').map(str::trim);
    let sizes = sizes.filter(|size| !size.is_empty());
    sizes.map(|size| size.parse().ok()).collect()
}

/// What follows a key of the dict.
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
            number: Number::F32,
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
    fn what_is_no_matrix_of_numbers_is_refused_with_what_to_do() {
        let why = |file: &[u8]| header(file, file.len() as u64).unwrap_err().to_string();
        let of = |descr, shape| why(&saved(descr, shape, &[0; 48]));
        let fortran = "{'descr': '<f8', 'fortran_order': True, 'shape': (2, 3), }";
        let told = [
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
        insta::assert_snapshot!(told.join("\n"));
    }

    proptest! {
        #[test]
        fn no_content_makes_the_reader_panic(
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
