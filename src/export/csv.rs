//! CSV for spreadsheets and data frames. Numbers have enough digits to restore their bits. NaN and infinities are `NaN`,
//! `inf` and `-inf`. Missing values are empty.

use super::field::{Column, FieldValue, Sink};
use csv::{Terminator, Writer, WriterBuilder};
use std::io::{self, Write};

/// Writes a table.
pub struct Csv<W: Write>(Writer<W>);

impl<W: Write> Csv<W> {
    /// Starts a table with its header. Line ends follow RFC 4180.
    pub fn new(file: W, columns: &[Column]) -> io::Result<Csv<W>> {
        let mut builder = WriterBuilder::new();
        let mut writer = builder.terminator(Terminator::CRLF).from_writer(file);
        writer.write_record(columns.iter().map(|column| &column.name))?;
        Ok(Csv(writer))
    }
}

impl<W: Write> Sink for Csv<W> {
    fn row(&mut self, row: Vec<FieldValue>) -> io::Result<()> {
        self.0.write_record(row.into_iter().map(written))?;
        Ok(())
    }

    fn end(mut self: Box<Self>) -> io::Result<()> {
        self.0.flush()
    }
}

fn written(field: FieldValue) -> String {
    match field {
        FieldValue::Nothing => String::new(),
        FieldValue::Text(text) if is_formula(&text) => format!("'{text}"),
        FieldValue::Text(text) => text,
        FieldValue::Integer(n) => n.to_string(),
        FieldValue::Number(x) => format!("{x:?}"),
        FieldValue::Flag(flag) => flag.to_string(),
    }
}

/// Returns whether a spreadsheet would run a text as a formula, by the same rule as the CSV of the report
/// (`templates/sweep/cells.js`). Numbers are no formulas.
fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_bits_and_formulas_are_text() {
        for x in [0.1, 1e-20, -2.5e300, 1.0, 5e-324, f64::INFINITY] {
            assert_eq!(written(FieldValue::Number(x)).parse::<f64>(), Ok(x));
        }
        assert_eq!(written(FieldValue::Number(f64::NAN)), "NaN");
        assert_eq!(written(FieldValue::Number(f64::NEG_INFINITY)), "-inf");
        assert_eq!(written(FieldValue::Text("=1+1".to_owned())), "'=1+1");
        assert_eq!(written(FieldValue::Text("-3".to_owned())), "-3");
    }
}
