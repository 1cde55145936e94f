//! JSON Lines: one object per line. JSON has no NaN and no infinities: they are the strings `"NaN"`, `"inf"` and
//! `"-inf"`, as in all JSON of the program. Missing values are null.

use super::field::{Column, FieldValue, Sink};
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
    fn row(&mut self, row: Vec<FieldValue>) -> io::Result<()> {
        let line = JsonLine {
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

struct JsonLine<'a> {
    columns: &'a [Column],
    row: &'a [FieldValue],
}

impl Serialize for JsonLine<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.row.len()))?;
        for (column, field) in self.columns.iter().zip(self.row) {
            match field {
                FieldValue::Nothing => map.serialize_entry(&column.name, &())?,
                FieldValue::Text(text) => map.serialize_entry(&column.name, text)?,
                FieldValue::Integer(n) => map.serialize_entry(&column.name, n)?,
                FieldValue::Number(x) => map.serialize_entry(&column.name, &Real(*x))?,
                FieldValue::Flag(flag) => map.serialize_entry(&column.name, flag)?,
            }
        }
        map.end()
    }
}
