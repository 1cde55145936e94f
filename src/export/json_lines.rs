//! JSON Lines: one object per line. JSON has no NaN and no infinities: they are the strings `"NaN"`, `"inf"` and
//! `"-inf"`, as in all JSON of the program. Missing values are null.

use super::field::{Column, Field};
use super::tables::Sink;
use crate::trace::Real;
use serde::Serialize;
use serde::ser::SerializeMap;
use std::io::{self, Write};

/// Writes a table.
pub struct JsonLines<W> {
    file: W,
    columns: Vec<Column>,
}

impl<W: Write> JsonLines<W> {
    /// Starts a table with these keys in every line.
    pub fn new(file: W, columns: Vec<Column>) -> JsonLines<W> {
        JsonLines { file, columns }
    }
}

impl<W: Write> Sink for JsonLines<W> {
    fn row(&mut self, row: Vec<Field>) -> io::Result<()> {
        let line = Line {
            columns: &self.columns,
            row: &row,
        };
        serde_json::to_writer(&mut self.file, &line)?;
        self.file.write_all(b"\n")
    }

    fn end(mut self: Box<Self>) -> io::Result<()> {
        self.file.flush()
    }
}

struct Line<'a> {
    columns: &'a [Column],
    row: &'a [Field],
}

impl Serialize for Line<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.row.len()))?;
        for (column, field) in self.columns.iter().zip(self.row) {
            match field {
                Field::Nothing => map.serialize_entry(&column.name, &())?,
                Field::Text(text) => map.serialize_entry(&column.name, text)?,
                Field::Integer(n) => map.serialize_entry(&column.name, n)?,
                Field::Number(x) => map.serialize_entry(&column.name, &Real(*x))?,
                Field::Flag(flag) => map.serialize_entry(&column.name, flag)?,
            }
        }
        map.end()
    }
}
