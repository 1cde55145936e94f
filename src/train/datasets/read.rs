//! Reads a CSV file into columns, or reports all of its errors at once.
//!
//! Rows are streamed. Only one number per cell is kept, and the words of target and categorical columns.

use super::hashing_reader::HashingReader;
use crate::config::limits;
use crate::config::readable;
use crate::config::settings::{Delimiter, Missing, Reading};
use crate::format::bytes;
use crate::memory::MARGIN;
use crate::train::datasets::file_errors::{CLOSE, FileFaults, FileLine, MOST, ROOM};
use crate::train::datasets::snippet::RecordPart;
use csv::{ByteRecord, ReaderBuilder, Trim};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{Read, Seek, Take};
use std::path::Path;

/// The columns of a file.
#[derive(Debug)]
pub(super) struct CsvColumns {
    /// The blake3 hash of its bytes, in hexadecimal.
    pub digest: String,
    pub names: Vec<String>,
    /// One column per name, with one value per row.
    pub values: Vec<Vec<f64>>,
    /// Columns that may hold words, by index.
    pub words: BTreeMap<usize, TextColumn>,
}

/// A column as text, in addition to its numbers.
#[derive(Debug, Default)]
pub(super) struct TextColumn {
    /// Whether it is categorical, so that numbers are words too.
    pub categories: bool,
    /// The index of every distinct text, in order of appearance.
    pub index: BTreeMap<String, usize>,
    /// The index of the text in each row; `None` for a missing value.
    pub of_row: Vec<Option<usize>>,
    /// Number of rows with a text that is not a number, and the first of them.
    pub not_numbers: usize,
    pub first: Vec<(FileLine, String)>,
}

impl CsvColumns {
    /// Returns the bytes of its numbers and words.
    pub fn bytes(&self) -> usize {
        let numbers = self
            .values
            .iter()
            .map(|values| size_of_val(values.as_slice()));
        let words = self.words.values();
        let words = words.map(|words| size_of_val(words.of_row.as_slice()));
        numbers.chain(words).sum()
    }
}

/// Texts that mean a missing value.
const MISSING: [&str; 6] = ["", "?", "na", "n/a", "nan", "null"];

/// How a file is to be read.
#[derive(Debug, Clone, Copy)]
pub(super) struct ReadOptions<'a> {
    /// The target columns of all cells.
    pub targets: &'a BTreeSet<&'a str>,
    pub reading: &'a Reading,
    /// Free bytes of memory.
    pub free: f64,
}

/// Number of bytes at the start of a file that serve to estimate the length of its values.
const SAMPLE: u64 = 1 << 16;

/// Bytes per value while a file is read: in its column, and in a table.
const VALUE: f64 = 16.0;

/// Reads a file. Categorical columns may hold words. So may the target column, if all cells that use the file have
/// the same target. Every other column is a feature of some cell, and must hold numbers. If there are errors, the
/// returned columns are incomplete.
pub(super) fn columns(
    path: &Path,
    options: ReadOptions,
    faults: &mut FileFaults,
) -> Option<CsvColumns> {
    let (file, length) = match readable::data_file(path) {
        Ok(opened) => opened,
        Err(error) => {
            faults.refused(&error);
            return None;
        }
    };
    if let Some((what, help)) = other_format(&file) {
        let message = format!("{} is {what}, not CSV", path.display());
        faults.at_name(message, "named here", help);
        return None;
    }
    if let Some(needed) = needed(&file, options.reading.delimiter.byte())
        && MARGIN * needed > options.free
    {
        let [needed, free] = [MARGIN * needed, options.free].map(|size| bytes(size as u64));
        let path = path.display();
        let message = format!("{path}: about {needed} of memory needed, {free} free");
        faults.at_name(message, "named here", ROOM);
        return None;
    }
    // Not beyond its current length: some files grow without end.
    let delimiter = options.reading.delimiter.byte();
    let mut source = HashingReader::new(file.take(length), delimiter);
    match rows(&mut source, options, faults) {
        Ok(columns) => columns.map(|columns| CsvColumns {
            digest: source.digest(),
            ..columns
        }),
        Err(error) => {
            match source.too_long() {
                Some(line) => faults.too_long(line, source.open_quote()),
                None => faults.unreadable(&error, None),
            }
            None
        }
    }
}

/// Estimates the bytes of the values of a file, from its size and the length of the values at its start.
fn needed(mut file: &File, delimiter: u8) -> Option<f64> {
    let size = file.metadata().ok().filter(|of| of.is_file())?.len();
    let mut start = Vec::new();
    // If this fails, the reader reports it.
    let read = file.take(SAMPLE).read_to_end(&mut start);
    file.rewind().ok()?;
    read.ok()?;
    let ends = start
        .iter()
        .filter(|byte| **byte == delimiter || **byte == b'\n');
    let values = ends.count().max(1) as f64;
    Some(VALUE * values * size as f64 / start.len().max(1) as f64)
}

/// Recognizes formats other than CSV by the first bytes of a file, and returns what to do.
fn other_format(mut file: &File) -> Option<(&'static str, &'static str)> {
    let mut start = Vec::new();
    // If this fails, the reader reports it.
    let read = file.take(4).read_to_end(&mut start);
    file.rewind().ok()?;
    read.ok()?;
    Some(match start.as_slice() {
        [0x1f, 0x8b, ..] => ("compressed by gzip", "unpack it: `gunzip`"),
        [b'P', b'K', 3, 4] => ("a zip archive or a spreadsheet", "export the table as CSV"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => ("UTF-16", NOT_UTF8),
        b"PAR1" => (
            "Parquet",
            "convert it to CSV: `pandas.read_parquet(…).to_csv(…, index=False)`",
        ),
        _ => return None,
    })
}

fn rows(
    source: &mut HashingReader<Take<File>>,
    options: ReadOptions,
    faults: &mut FileFaults,
) -> Result<Option<CsvColumns>, csv::Error> {
    let ReadOptions {
        targets, reading, ..
    } = options;
    let mut reader = ReaderBuilder::new()
        .flexible(true)
        .trim(Trim::All)
        .delimiter(reading.delimiter.byte())
        .from_reader(source);
    let first = reader.byte_headers()?.clone();
    let line = reader.get_mut().line_from(0);
    reader.get_mut().record_ends();
    if let Some(opened) = reader.get_mut().unclosed() {
        faults.unclosed(line, first.len().saturating_sub(1), opened);
        return Ok(None);
    }
    let names = header(&first, line, faults);
    if names.is_empty() || is_parted_otherwise(&names, faults) {
        return Ok(None);
    }
    let places: BTreeMap<&str, usize> = (names.iter().enumerate())
        .map(|(i, name)| (name.as_str(), i))
        .collect();
    let place = |name: &str| places.get(name).copied();
    for target in targets.iter().filter(|target| place(target).is_none()) {
        faults.no_column(target, &names);
    }
    for category in reading
        .categories
        .iter()
        .filter(|name| place(name).is_none())
    {
        faults.no_column(category, &names);
    }
    let is_known = |name: &&str| place(name).is_some();
    let categories = reading.categories.iter().map(String::as_str);
    // If a name is unknown, any column may be meant, and hold words.
    let all_known = targets
        .iter()
        .copied()
        .chain(categories.clone())
        .all(|name| is_known(&name));
    let sole = targets.first().filter(|_| targets.len() == 1).copied();
    let words = sole
        .map(|name| (name, false))
        .into_iter()
        .chain(categories.map(|name| (name, true)));
    let words = words.filter_map(|(name, categories)| {
        let words = TextColumn {
            categories,
            ..TextColumn::default()
        };
        Some((place(name)?, words))
    });
    let words = words.collect();
    let mut columns = CsvColumns {
        digest: String::new(),
        values: vec![Vec::new(); names.len()],
        words,
        names,
    };
    let mut record = ByteRecord::new();
    let mut rows = 0_u64;
    while reader.read_byte_record(&mut record)? {
        rows += 1;
        let start = record.position().map_or(0, csv::Position::byte);
        let line = reader.get_mut().line_from(start);
        reader.get_mut().record_ends();
        if let Some(opened) = reader.get_mut().unclosed() {
            // The rest of the file is the last value of this record.
            faults.unclosed(line, record.len().saturating_sub(1), opened);
            return Ok(None);
        }
        row(&record, line, options, all_known, &mut columns, faults);
    }
    if rows == 0 {
        faults.of_all(
            "the data file has a header but no rows",
            "add at least one row below the header",
        );
    }
    Ok(Some(columns))
}

/// Returns the names of the columns. They must be present and distinct.
fn header(record: &ByteRecord, line: FileLine, faults: &mut FileFaults) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    let bytes = record.as_slice().len() + record.len().saturating_sub(1);
    for (limit, found) in [(&limits::COLUMNS, record.len()), (&limits::HEADER, bytes)] {
        if found > limit.most {
            let message = limit.exceeded("the header of the data file", found);
            faults.of_all(&message, limit.help);
            return names;
        }
    }
    if record.iter().all(<[u8]>::is_empty) {
        let help = "put the names of the columns into the first line";
        faults.of_all("the data file is empty", help);
        return names;
    }
    for (i, bytes) in record.iter().enumerate() {
        let name = String::from_utf8_lossy(bytes).into_owned();
        let (column, part) = (i + 1, RecordPart::Value(i));
        if std::str::from_utf8(bytes).is_err() {
            let message = format!("the name of column {column} is not UTF-8");
            faults.add(line, part, message, NO_CHARACTER, NOT_UTF8);
        } else if name.is_empty() {
            let message = format!("column {column} has no name");
            let help = "put a name for every column into the first line";
            faults.add(line, part, message, "expected a name", help);
        } else if bytes.len() > limits::COLUMN_NAME.most {
            let limit = &limits::COLUMN_NAME;
            let message = limit.exceeded(&format!("the name of column {column}"), bytes.len());
            faults.add(line, part, message, "a shorter name", limit.help);
        } else if let Some(other) = known.get(&name) {
            let message = format!("columns {} and {column} are both named `{name}`", other + 1);
            let help = "give every column a different name";
            faults.add(line, part, message, "the second one", help);
        }
        known.entry(name.clone()).or_insert(i);
        names.push(name);
    }
    names
}

/// Returns whether a header with one name seems to hold several, and reports how they are separated.
fn is_parted_otherwise(names: &[String], faults: &mut FileFaults) -> bool {
    let [name] = names else {
        return false;
    };
    let found = Delimiter::ALL
        .into_iter()
        .find(|other| name.contains(char::from(other.byte())));
    if let Some(word) = found.map(Delimiter::name) {
        let message =
            format!("the header of the data file is a single name that contains `{word}`");
        faults.of_all(
            &message,
            &format!(
                "if `{word}` separates the columns, add `delimiter = \"{word}\"` next to `csv`"
            ),
        );
    }
    found.is_some()
}

const NOT_UTF8: &str = "save the file as UTF-8";
const NO_CHARACTER: &str = "not a UTF-8 character";

fn row(
    record: &ByteRecord,
    line: FileLine,
    options: ReadOptions,
    all_known: bool,
    columns: &mut CsvColumns,
    faults: &mut FileFaults,
) {
    if record.len() != columns.names.len() {
        return other_width(record, line, columns.names.len(), faults);
    }
    for (i, bytes) in record.iter().enumerate() {
        let name = &columns.names[i];
        let part = RecordPart::Value(i);
        let mut words = columns.words.get_mut(&i);
        let categories = words.as_ref().is_some_and(|words| words.categories);
        let cell = cell(bytes, name, categories, fills(options, name));
        let cell = cell.unwrap_or_else(|(message, label, help)| {
            faults.add(line, part, message, label, help);
            CsvField::Missing
        });
        if let Some(words) = &mut words {
            words.push(bytes, line, &cell);
        } else if cell == CsvField::Word && all_known {
            let message = not_a_number(&String::from_utf8_lossy(bytes), name);
            match spans_lines(bytes) {
                true => faults.add(line, RecordPart::Quote(i), message, "opens here", CLOSE),
                false => {
                    let help = "use numbers, list the column in `categories`, or remove it";
                    faults.add(line, part, message, NUMBER, help);
                }
            }
        }
        columns.values[i].push(match cell {
            CsvField::Number(number) => number,
            CsvField::Word | CsvField::Missing => f64::NAN,
        });
    }
}

/// Reports a record with more or fewer values than the header. A quote may be the reason: it merges several lines.
fn other_width(record: &ByteRecord, line: FileLine, wide: usize, faults: &mut FileFaults) {
    let cells = record.len();
    let s = if cells == 1 { "" } else { "s" };
    let message = format!("this row has {cells} value{s}, but the header has {wide}");
    if let Some(column) = record.iter().position(spans_lines) {
        let label = "the value that opens here spans several lines";
        return faults.add(line, RecordPart::Quote(column), message, label, CLOSE);
    }
    let help = "every row needs one value per column; a value with a comma needs quotes";
    let (part, label) = match cells < wide {
        true => (RecordPart::Whole, format!("expected {wide} values")),
        false => (RecordPart::From(wide), "beyond the last column".to_owned()),
    };
    faults.add(line, part, message, &label, help);
}

/// Returns whether a value has a line break, as only a quoted one can.
fn spans_lines(value: &[u8]) -> bool {
    value.iter().any(|byte| matches!(byte, b'\n' | b'\r'))
}

/// Returns whether missing values of a column are handled. Targets cannot be imputed.
fn fills(options: ReadOptions, column: &str) -> bool {
    match options.reading.missing {
        None => false,
        Some(Missing::Drop) => true,
        Some(Missing::Mean | Missing::Median) => !options.targets.contains(column),
    }
}

/// Returns the message of a word in a numeric column.
pub(super) fn not_a_number(text: &str, column: &str) -> String {
    format!("`{text}` in column `{column}` is not a number")
}

/// What was expected instead of a word.
pub(super) const NUMBER: &str = "expected a number";

/// The content of a cell of the table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum CsvField {
    Number(f64),
    Word,
    Missing,
}

/// Reads a cell; in a categorical column, always a word. An error is a message, what was expected, and what to do.
fn cell(
    bytes: &[u8],
    column: &str,
    categories: bool,
    fills: bool,
) -> Result<CsvField, (String, &'static str, &'static str)> {
    let limit = &limits::FIELD;
    if bytes.len() > limit.most {
        let message = limit.exceeded(&format!("a value in column `{column}`"), bytes.len());
        return Err((message, "a shorter value", limit.help));
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        let message = format!("a value in column `{column}` is not UTF-8");
        return Err((message, NO_CHARACTER, NOT_UTF8));
    };
    if MISSING.iter().any(|word| text.eq_ignore_ascii_case(word)) {
        if fills {
            return Ok(CsvField::Missing);
        }
        let message = format!("missing value in column `{column}`");
        let help = "fill it in, remove the row, or set `missing` next to `csv`";
        return Err((message, "expected a value", help));
    }
    match text.parse::<f64>() {
        _ if categories => Ok(CsvField::Word),
        Ok(number) if !number.is_finite() => {
            let message = format!("`{text}` in column `{column}` is not finite");
            let help = "fill in the number, or remove the row";
            Err((message, "expected a finite number", help))
        }
        Ok(number) => Ok(CsvField::Number(number)),
        Err(_) => Ok(CsvField::Word),
    }
}

impl TextColumn {
    fn push(&mut self, bytes: &[u8], line: FileLine, cell: &CsvField) {
        if *cell == CsvField::Missing {
            return self.of_row.push(None);
        }
        let text = String::from_utf8_lossy(bytes);
        let next = self.index.len();
        let known = match self.index.get(&*text) {
            Some(&known) => known,
            None => *self.index.entry(text.to_string()).or_insert(next),
        };
        self.of_row.push(Some(known));
        if *cell == CsvField::Word {
            self.not_numbers += 1;
            if self.first.len() < MOST {
                self.first.push((line, text.into_owned()));
            }
        }
    }

    /// Returns every text with its index, sorted by number if all are numbers, else by text. The order of the rows
    /// does not matter.
    pub fn sorted(&self) -> Vec<(&str, usize)> {
        let mut all: Vec<(&str, usize)> =
            self.index.iter().map(|(text, i)| (&**text, *i)).collect();
        let number = |text: &str| text.parse().unwrap_or(f64::NAN);
        if all.iter().all(|(text, _)| text.parse::<f64>().is_ok()) {
            all.sort_by(|(a, _), (b, _)| number(a).total_cmp(&number(b)));
        }
        all
    }
}
