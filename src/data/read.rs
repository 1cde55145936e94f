//! One file of comma-separated values → its columns, or every fault of it at once.
//!
//! Rows are streamed: what is kept is a number per cell, and the words of the column to predict.

use super::excerpt::Part;
use super::faults::{FileFaults, Line, MOST};
use super::source::Source;
use csv::{ByteRecord, ReaderBuilder, Trim};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;

/// A whole file.
#[derive(Debug)]
pub(super) struct Columns {
    /// blake3 of its bytes, in hexadecimal.
    pub digest: String,
    pub names: Vec<String>,
    /// One column per name, as long as the file has rows.
    pub values: Vec<Vec<f64>>,
    /// The column that may hold words, where one may.
    pub words: Option<Words>,
}

/// A column as text, beside its numbers.
#[derive(Debug, Default)]
pub(super) struct Words {
    pub column: usize,
    /// Every text that stands in it, with its number in order of appearance.
    pub index: BTreeMap<String, usize>,
    /// Which of them stands in each row.
    pub of_row: Vec<usize>,
    /// How many rows hold something that is not a number, and the first of them.
    pub not_numbers: usize,
    pub first: Vec<(Line, String)>,
}

/// What stands for a value that is not there.
const MISSING: [&str; 6] = ["", "?", "na", "n/a", "nan", "null"];

/// Reads a file. A column that is the target of every cell that uses the file may hold words;
/// every other column is a feature of some cell, and so must hold numbers. Where there are faults,
/// what comes back is not whole.
pub(super) fn columns(
    path: &Path,
    targets: &BTreeSet<&str>,
    faults: &mut FileFaults,
) -> Option<Columns> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) => {
            faults.unreadable(&error, Some(error.kind()));
            return None;
        }
    };
    let mut source = Source::new(file);
    match rows(&mut source, targets, faults) {
        Ok(columns) => columns.map(|columns| Columns {
            digest: source.digest(),
            ..columns
        }),
        Err(error) => {
            faults.unreadable(&error, None);
            None
        }
    }
}

fn rows(
    source: &mut Source<File>,
    targets: &BTreeSet<&str>,
    faults: &mut FileFaults,
) -> Result<Option<Columns>, csv::Error> {
    let mut reader = ReaderBuilder::new()
        .flexible(true)
        .trim(Trim::All)
        .from_reader(source);
    let first = reader.byte_headers()?.clone();
    let line = reader.get_mut().line_from(0);
    let names = header(&first, line, faults);
    if names.is_empty() {
        return Ok(None);
    }
    let place = |target: &str| names.iter().position(|name| name == target);
    for target in targets.iter().filter(|target| place(target).is_none()) {
        faults.no_target(target, &names);
    }
    // Where one target is not known, any column may be meant, and hold words.
    let all_known = targets.iter().all(|target| place(target).is_some());
    let sole = targets.first().filter(|_| targets.len() == 1);
    let mut columns = Columns {
        digest: String::new(),
        values: vec![Vec::new(); names.len()],
        words: sole.and_then(|target| place(target)).map(|column| Words {
            column,
            ..Words::default()
        }),
        names,
    };
    let mut record = ByteRecord::new();
    let mut rows = 0_u64;
    while reader.read_byte_record(&mut record)? {
        rows += 1;
        let start = record.position().map_or(0, csv::Position::byte);
        let line = reader.get_mut().line_from(start);
        row(&record, line, all_known, &mut columns, faults);
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
        } else if let Some(other) = names.iter().position(|known| *known == name) {
            let message = format!("columns {} and {column} are both named `{name}`", other + 1);
            let help = "give every column a name of its own";
            faults.add(line, part, message, "a second time here", help);
        }
        names.push(name);
    }
    names
}

const NOT_UTF8: &str = "save the file as UTF-8";
const NO_CHARACTER: &str = "not a UTF-8 character";

fn row(
    record: &ByteRecord,
    line: Line,
    all_known: bool,
    columns: &mut Columns,
    faults: &mut FileFaults,
) {
    let (cells, wanted) = (record.len(), columns.names.len());
    if cells != wanted {
        let s = if cells == 1 { "" } else { "s" };
        let message = format!("this row has {cells} value{s}, the header {wanted}");
        let help = "every row needs one value per column; a value with a comma in it needs quotes";
        let (part, label) = match cells < wanted {
            true => (Part::Whole, format!("expected {wanted} values")),
            false => (Part::From(wanted), "beyond the last column".to_owned()),
        };
        return faults.add(line, part, message, &label, help);
    }
    for (i, bytes) in record.iter().enumerate() {
        let name = &columns.names[i];
        let part = Part::Value(i);
        let words = columns.words.as_mut().filter(|words| words.column == i);
        let number = value(bytes, name).unwrap_or_else(|(message, label, help)| {
            faults.add(line, part, message, label, help);
            Some(f64::NAN)
        });
        if let Some(words) = words {
            words.push(bytes, line, number.is_none());
        } else if number.is_none() && all_known {
            let message = not_a_number(&String::from_utf8_lossy(bytes), name);
            let help = "only the target may be words; write numbers, or take the column out";
            faults.add(line, part, message, NUMBER, help);
        }
        columns.values[i].push(number.unwrap_or(f64::NAN));
    }
}

/// What is said of a word where a number must stand.
pub(super) fn not_a_number(text: &str, column: &str) -> String {
    format!("`{text}` in column `{column}` is not a number")
}

/// What was expected there.
pub(super) const NUMBER: &str = "expected a number with a decimal point";

/// The number that stands in a cell; none for a word. Or what is wrong with it, what was expected
/// and what to do.
fn value(bytes: &[u8], column: &str) -> Result<Option<f64>, (String, &'static str, &'static str)> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        let message = format!("a value in column `{column}` is not UTF-8");
        return Err((message, NO_CHARACTER, NOT_UTF8));
    };
    if MISSING.iter().any(|word| text.eq_ignore_ascii_case(word)) {
        let message = format!("a value is missing in column `{column}`");
        return Err((
            message,
            "expected a value",
            "fill it in, or leave the row out",
        ));
    }
    match text.parse::<f64>() {
        Ok(number) if !number.is_finite() => {
            let message = format!("`{text}` in column `{column}` is not finite");
            let help = "write the number, or leave the row out";
            Err((message, "expected a finite number", help))
        }
        Ok(number) => Ok(Some(number)),
        Err(_) => Ok(None),
    }
}

impl Words {
    fn push(&mut self, bytes: &[u8], line: Line, is_word: bool) {
        let text = String::from_utf8_lossy(bytes);
        let next = self.index.len();
        let known = match self.index.get(&*text) {
            Some(&known) => known,
            None => *self.index.entry(text.to_string()).or_insert(next),
        };
        self.of_row.push(known);
        if is_word {
            self.not_numbers += 1;
            if self.first.len() < MOST {
                self.first.push((line, text.into_owned()));
            }
        }
    }
}
