//! Apache Parquet: typed, nullable columns with Snappy compression. Rows are written in groups, so that memory never
//! holds a large table completely.

use super::field::{Column, ColumnType, FieldValue, Sink};
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::Type;
use std::io::{self, Write};
use std::sync::Arc;

/// Rows per group.
const GROUP: usize = 1 << 14;

/// Writes a table.
pub struct Parquet<W: Write + Send> {
    file: SerializedFileWriter<W>,
    kinds: Vec<ColumnType>,
    /// Rows of the current group.
    rows: Vec<Vec<FieldValue>>,
}

impl<W: Write + Send> Parquet<W> {
    /// Starts a table with these columns.
    pub fn new(file: W, columns: Vec<Column>) -> io::Result<Parquet<W>> {
        let schema = schema(&columns).map_err(io::Error::other)?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .build();
        let file = SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties));
        Ok(Parquet {
            file: file.map_err(io::Error::other)?,
            kinds: columns.iter().map(|column| column.kind).collect(),
            rows: Vec::new(),
        })
    }

    fn write_group(&mut self) -> Result<(), ParquetError> {
        let mut group = self.file.next_row_group()?;
        let mut columns = self.kinds.iter().enumerate();
        while let Some(mut writer) = group.next_column()? {
            let Some((i, kind)) = columns.next() else {
                break;
            };
            write_column(
                &mut writer,
                *kind,
                self.rows.iter_mut().map(|row| &mut row[i]),
            )?;
            writer.close()?;
        }
        self.rows.clear();
        group.close().map(drop)
    }
}

impl<W: Write + Send> Sink for Parquet<W> {
    fn row(&mut self, row: Vec<FieldValue>) -> io::Result<()> {
        self.rows.push(row);
        match self.rows.len() {
            GROUP => self.write_group().map_err(io::Error::other),
            _ => Ok(()),
        }
    }

    fn end(mut self: Box<Self>) -> io::Result<()> {
        if !self.rows.is_empty() {
            self.write_group().map_err(io::Error::other)?;
        }
        self.file.close().map(drop).map_err(io::Error::other)
    }
}

fn schema(columns: &[Column]) -> Result<Type, ParquetError> {
    let field = |column: &Column| {
        let (physical, logical) = match column.kind {
            ColumnType::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            ColumnType::Integer => (Physical::INT64, None),
            ColumnType::Number => (Physical::DOUBLE, None),
            ColumnType::Flag => (Physical::BOOLEAN, None),
        };
        let field = Type::primitive_type_builder(&column.name, physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(logical);
        field.build().map(Arc::new)
    };
    let fields = columns.iter().map(field).collect::<Result<_, _>>()?;
    Type::group_type_builder("row").with_fields(fields).build()
}

/// Writes one column of a group. A field of another kind would count as missing, but does not occur.
fn write_column<'a>(
    writer: &mut SerializedColumnWriter,
    kind: ColumnType,
    fields: impl Iterator<Item = &'a mut FieldValue>,
) -> Result<(), ParquetError> {
    let (mut texts, mut integers, mut numbers, mut flags) = (vec![], vec![], vec![], vec![]);
    let mut there = Vec::new();
    for field in fields {
        let known = match (std::mem::replace(field, FieldValue::Nothing), kind) {
            (FieldValue::Text(text), ColumnType::Text) => {
                texts.push(ByteArray::from(text.into_bytes()));
                true
            }
            (FieldValue::Integer(n), ColumnType::Integer) => {
                integers.push(n);
                true
            }
            (FieldValue::Number(x), ColumnType::Number) => {
                numbers.push(x);
                true
            }
            (FieldValue::Flag(flag), ColumnType::Flag) => {
                flags.push(flag);
                true
            }
            _ => false,
        };
        there.push(i16::from(known));
    }
    let there = Some(&there[..]);
    #[allow(
        clippy::wildcard_enum_match_arm,
        reason = "the schema has columns of these four kinds only"
    )]
    let written = match writer.untyped() {
        ColumnWriter::ByteArrayColumnWriter(writer) => writer.write_batch(&texts, there, None),
        ColumnWriter::Int64ColumnWriter(writer) => writer.write_batch(&integers, there, None),
        ColumnWriter::DoubleColumnWriter(writer) => writer.write_batch(&numbers, there, None),
        ColumnWriter::BoolColumnWriter(writer) => writer.write_batch(&flags, there, None),
        _ => Ok(0),
    };
    written?;
    Ok(())
}
