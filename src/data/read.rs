//! One file of comma-separated values → its columns, or every fault of it at once.
//!
//! Rows are streamed: what is kept is a number per cell, and the words of the column to predict.

use super::arrays::ROOM;
use super::excerpt::Part;
use super::faults::{FileFaults, Line, MOST};
use super::source::Source;
use crate::memory::MARGIN;
use crate::number::bytes;
use crate::spec::limits;
use crate::spec::readable;
use crate::spec::settings::{Delimiter, Missing, Reading};
use csv::{ByteRecord, ReaderBuilder, Trim};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{Read, Seek, Take};
use std::path::Path;

/// A whole file.
#[derive(Debug)]
pub(super) struct Columns {
    /// blake3 of its bytes, in hexadecimal.
    pub digest: String,
    pub names: Vec<String>,
    /// One column per name, as long as the file has rows.
    pub values: Vec<Vec<f64>>,
    /// Those that may hold words, by column.
    pub words: BTreeMap<usize, Words>,
}

/// A column as text, beside its numbers.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// Whether it holds categories, whatever they look like.
    pub categories: bool,
    /// Every text that stands in it, with its number in order of appearance.
    pub index: BTreeMap<String, usize>,
    /// Which of them stands in each row; none where a value is missing.
    pub of_row: Vec<Option<usize>>,
    /// How many rows hold something that is not a number, and the first of them.
    pub not_numbers: usize,
    pub first: Vec<(Line, String)>,
}

impl Columns {
    /// Bytes of its numbers and words.
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

/// What stands for a value that is not there.
const MISSING: [&str; 6] = ["", "?", "na", "n/a", "nan", "null"];

/// What is wanted of a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    /// The columns to predict, in one cell or another.
    pub targets: &'a BTreeSet<&'a str>,
    pub reading: &'a Reading,
    /// Bytes of memory that are free.
    pub free: f64,
}

/// Bytes at the start of a file from which the length of its values is taken.
const SAMPLE: u64 = 1 << 16;

/// Bytes that a value takes while its file is read: in its column, and in a table.
const VALUE: f64 = 16.0;

/// Reads a file. Categories may be words, and a column that is the target of every cell that uses the file;
/// every other column is a feature of some cell, and so must hold numbers. Where there are faults, what comes
/// back is not whole.
pub(super) fn columns(path: &Path, wanted: Wanted, faults: &mut FileFaults) -> Option<Columns> {
    let (file, length) = match readable::data_file(path) {
        Ok(opened) => opened,
        Err(error) => {
            faults.refused(&error);
            return None;
        }
    };
    if let Some((what, help)) = other_format(&file) {
        let message = format!("{} is {what}, and no CSV", path.display());
        faults.at_name(message, "named here", help);
        return None;
    }
    if let Some(needed) = needed(&file, wanted.reading.delimiter.byte())
        && MARGIN * needed > wanted.free
    {
        let [needed, free] = [MARGIN * needed, wanted.free].map(|size| bytes(size as u64));
        let path = path.display();
        let message = format!("{path}: about {needed} of memory needed to read it, {free} free");
        faults.at_name(message, "named here", ROOM);
        return None;
    }
    // Not beyond what it holds now: some files never end.
    let mut source = Source::new(file.take(length));
    match rows(&mut source, wanted, faults) {
        Ok(columns) => columns.map(|columns| Columns {
            digest: source.digest(),
            ..columns
        }),
        Err(error) => {
            match source.too_long() {
                Some(line) => faults.too_long(line),
                None => faults.unreadable(&error, None),
            }
            None
        }
    }
}

/// Bytes that the values of a file will take, by its size and the length of those at its start.
fn needed(mut file: &File, delimiter: u8) -> Option<f64> {
    let size = file.metadata().ok().filter(|of| of.is_file())?.len();
    let mut start = Vec::new();
    // Where that fails, the reader will say so.
    let read = file.take(SAMPLE).read_to_end(&mut start);
    file.rewind().ok()?;
    read.ok()?;
    let ends = start
        .iter()
        .filter(|byte| **byte == delimiter || **byte == b'\n');
    let values = ends.count().max(1) as f64;
    Some(VALUE * values * size as f64 / start.len().max(1) as f64)
}

/// What a file is that people take for CSV, by its first bytes, and what to do.
fn other_format(mut file: &File) -> Option<(&'static str, &'static str)> {
    let mut start = Vec::new();
    // Where that fails, the reader will say so.
    let read = file.take(4).read_to_end(&mut start);
    file.rewind().ok()?;
    read.ok()?;
    Some(match start.as_slice() {
        [0x1f, 0x8b, ..] => ("packed by gzip", "unpack it: `gunzip`"),
        [b'P', b'K', 3, 4] => ("an archive or a spreadsheet", "save the table in it as CSV"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => ("UTF-16", NOT_UTF8),
        b"PAR1" => (
            "Parquet",
            "write it as CSV: `pandas.read_parquet(…).to_csv(…, index=False)`",
        ),
        _ => return None,
    })
}

fn rows(
    source: &mut Source<Take<File>>,
    wanted: Wanted,
    faults: &mut FileFaults,
) -> Result<Option<Columns>, csv::Error> {
    let Wanted {
        targets, reading, ..
    } = wanted;
    let mut reader = ReaderBuilder::new()
        .flexible(true)
        .trim(Trim::All)
        .delimiter(reading.delimiter.byte())
        .from_reader(source);
    let first = reader.byte_headers()?.clone();
    let line = reader.get_mut().line_from(0);
    reader.get_mut().record_ends();
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
    // Where one name is not known, any column may be meant, and hold words.
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
        let words = Words {
            categories,
            ..Words::default()
        };
        Some((place(name)?, words))
    });
    let words = words.collect();
    let mut columns = Columns {
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
        row(&record, line, wanted, all_known, &mut columns, faults);
    }
    if rows == 0 {
        faults.of_all(
            "the data file has a header and no rows",
            "put at least one row below the header",
        );
    }
    Ok(Some(columns))
}

/// The names of the columns: each there, each once.
fn header(record: &ByteRecord, line: Line, faults: &mut FileFaults) -> Vec<String> {
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
        let help = "the first line gives the names of the columns";
        faults.of_all("the data file is empty", help);
        return names;
    }
    for (i, bytes) in record.iter().enumerate() {
        let name = String::from_utf8_lossy(bytes).into_owned();
        let (column, part) = (i + 1, Part::Value(i));
        if std::str::from_utf8(bytes).is_err() {
            let message = format!("the name of column {column} is not UTF-8");
            faults.add(line, part, message, NO_CHARACTER, NOT_UTF8);
        } else if name.is_empty() {
            let message = format!("column {column} has no name");
            let help = "name every column in the first line";
            faults.add(line, part, message, "expected a name", help);
        } else if bytes.len() > limits::COLUMN_NAME.most {
            let limit = &limits::COLUMN_NAME;
            let message = limit.exceeded(&format!("the name of column {column}"), bytes.len());
            faults.add(line, part, message, "a shorter name", limit.help);
        } else if let Some(other) = known.get(&name) {
            let message = format!("columns {} and {column} are both named `{name}`", other + 1);
            let help = "give every column a name of its own";
            faults.add(line, part, message, "a second time here", help);
        }
        known.entry(name.clone()).or_insert(i);
        names.push(name);
    }
    names
}

/// Whether a header of one name seems to hold several: a fault that says how they are parted.
fn is_parted_otherwise(names: &[String], faults: &mut FileFaults) -> bool {
    let [name] = names else {
        return false;
    };
    let found = Delimiter::ALL
        .into_iter()
        .find(|other| name.contains(char::from(other.byte())));
    if let Some(word) = found.map(Delimiter::name) {
        let message = format!("the header of the data file is one name, with `{word}` in it");
        faults.of_all(
            &message,
            &format!("if that parts its columns, say `delimiter = \"{word}\"` beside `csv`"),
        );
    }
    found.is_some()
}

const NOT_UTF8: &str = "save the file as UTF-8";
const NO_CHARACTER: &str = "not a UTF-8 character";

fn row(
    record: &ByteRecord,
    line: Line,
    wanted: Wanted,
    all_known: bool,
    columns: &mut Columns,
    faults: &mut FileFaults,
) {
    let (cells, wide) = (record.len(), columns.names.len());
    if cells != wide {
        let s = if cells == 1 { "" } else { "s" };
        let message = format!("this row has {cells} value{s}, the header {wide}");
        let help = "every row needs one value per column; a value with a comma in it needs quotes";
        let (part, label) = match cells < wide {
            true => (Part::Whole, format!("expected {wide} values")),
            false => (Part::From(wide), "beyond the last column".to_owned()),
        };
        return faults.add(line, part, message, &label, help);
    }
    for (i, bytes) in record.iter().enumerate() {
        let name = &columns.names[i];
        let part = Part::Value(i);
        let mut words = columns.words.get_mut(&i);
        let categories = words.as_ref().is_some_and(|words| words.categories);
        let cell = cell(bytes, name, categories, fills(wanted, name));
        let cell = cell.unwrap_or_else(|(message, label, help)| {
            faults.add(line, part, message, label, help);
            Cell::Missing
        });
        if let Some(words) = &mut words {
            words.push(bytes, line, &cell);
        } else if cell == Cell::Word && all_known {
            let message = not_a_number(&String::from_utf8_lossy(bytes), name);
            let help = "write numbers, name the column in `categories`, or take it out";
            faults.add(line, part, message, NUMBER, help);
        }
        columns.values[i].push(match cell {
            Cell::Number(number) => number,
            Cell::Word | Cell::Missing => f64::NAN,
        });
    }
}

/// Whether something is to be done where a value of a column is missing. A target can't be made up.
fn fills(wanted: Wanted, column: &str) -> bool {
    match wanted.reading.missing {
        None => false,
        Some(Missing::Drop) => true,
        Some(Missing::Mean | Missing::Median) => !wanted.targets.contains(column),
    }
}

/// What is said of a word where a number must stand.
pub(super) fn not_a_number(text: &str, column: &str) -> String {
    format!("`{text}` in column `{column}` is not a number")
}

/// What was expected there.
pub(super) const NUMBER: &str = "expected a number with a decimal point";

/// What stands in a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Cell {
    Number(f64),
    Word,
    Missing,
}

/// What stands in a cell: of categories always a word. Or what is wrong with it, what was expected and what to
/// do.
fn cell(
    bytes: &[u8],
    column: &str,
    categories: bool,
    fills: bool,
) -> Result<Cell, (String, &'static str, &'static str)> {
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
            return Ok(Cell::Missing);
        }
        let message = format!("a value is missing in column `{column}`");
        let help = "fill it in, leave the row out, or say what to do with `missing` beside `csv`";
        return Err((message, "expected a value", help));
    }
    match text.parse::<f64>() {
        _ if categories => Ok(Cell::Word),
        Ok(number) if !number.is_finite() => {
            let message = format!("`{text}` in column `{column}` is not finite");
            let help = "write the number, or leave the row out";
            Err((message, "expected a finite number", help))
        }
        Ok(number) => Ok(Cell::Number(number)),
        Err(_) => Ok(Cell::Word),
    }
}

impl Words {
    fn push(&mut self, bytes: &[u8], line: Line, cell: &Cell) {
        if *cell == Cell::Missing {
            return self.of_row.push(None);
        }
        let text = String::from_utf8_lossy(bytes);
        let next = self.index.len();
        let known = match self.index.get(&*text) {
            Some(&known) => known,
            None => *self.index.entry(text.to_string()).or_insert(next),
        };
        self.of_row.push(Some(known));
        if *cell == Cell::Word {
            self.not_numbers += 1;
            if self.first.len() < MOST {
                self.first.push((line, text.into_owned()));
            }
        }
    }

    /// Every text in its order, with its number: by their numbers where all are numbers, so that no order of
    /// the rows matters.
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
