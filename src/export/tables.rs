//! Writes the tables of a sweep, each to its own file, row by row.

use super::exported::{Exported, Format};
use super::field::{Column, FieldValue, Sink};
use super::files::{ExportError, failed};
use super::runs::RunTable;
use super::{csv, curves, json_lines, layers};
use crate::atomic_write::Partial;
use std::fs::File;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

/// Writes `<page>/runs.csv`, and on request the tables `curves` and `layers` next to it. They take their places together,
/// when all are complete.
pub fn write(
    of: &Exported,
    format: Format,
    into: &Path,
    with_curves: bool,
) -> Result<Vec<PathBuf>, ExportError> {
    let folder = into.join(of.page);
    let runs = RunTable::new(of);
    let rows = of.runs().map(|run| runs.row(&run));
    let mut tables = vec![table(&folder, "runs", format, runs.columns(), rows)?];
    if with_curves {
        let rows = of.runs().flat_map(|run| curves::rows(&run));
        tables.push(table(&folder, "curves", format, curves::columns(), rows)?);
        let rows = of.runs().flat_map(|run| layers::rows(&run));
        tables.push(table(&folder, "layers", format, layers::columns(), rows)?);
    }
    let written = tables.into_iter().map(|(path, table)| {
        let finished = table.finish();
        finished.map_or_else(|source| Err(failed(&path, source)), |()| Ok(path.clone()))
    });
    written.collect()
}

/// Writes a table to a temporary file.
fn table(
    folder: &Path,
    name: &str,
    format: Format,
    columns: Vec<Column>,
    rows: impl Iterator<Item = Vec<FieldValue>>,
) -> Result<(PathBuf, Partial), ExportError> {
    let ending = match format {
        Format::JsonLines => "jsonl",
        Format::Parquet if !cfg!(feature = "parquet") => return Err(ExportError::NoParquet),
        Format::Parquet => "parquet",
        Format::Csv | Format::TensorBoard | Format::Mlflow | Format::Trace => "csv",
    };
    let path = folder.join(name).with_extension(ending);
    let fill = || {
        let partial = Partial::create(&path)?;
        let mut sink = sink(format, partial.writer()?, columns)?;
        for row in rows {
            sink.row(row)?;
        }
        sink.end().map(|()| partial)
    };
    match fill() {
        Ok(partial) => Ok((path, partial)),
        Err(source) => Err(failed(&path, source)),
    }
}

fn sink(format: Format, file: BufWriter<File>, columns: Vec<Column>) -> io::Result<Box<dyn Sink>> {
    match format {
        Format::JsonLines => Ok(Box::new(json_lines::JsonLines::new(file, columns))),
        #[cfg(feature = "parquet")]
        Format::Parquet => Ok(Box::new(super::parquet::Parquet::new(file, columns)?)),
        _ => Ok(Box::new(csv::Csv::new(file, &columns)?)),
    }
}
