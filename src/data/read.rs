//! One file of comma-separated values → its columns, or every fault of it at once.
//!
//! Rows are streamed: what is kept is a number per cell, and the words of the column to predict.

use super::faults::FileFaults;
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
    /// How many rows hold something that is not a number, and the first of them with its line.
    pub not_numbers: usize,
    pub first: Option<(u64, String)>,
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
            faults.unreadable(&error);
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
            let message = format!("the file can't be read ({error})");
            faults.add(None, None, message, "check the file and the disk");
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
    let names = header(reader.byte_headers()?, faults);
    if names.is_empty() {
        return Ok(None);
    }
    for target in targets {
        if !names.iter().any(|name| name == target) {
            faults.no_target(target, &names);
        }
    }
    if !faults.is_empty() {
        return Ok(None);
    }
    let sole = match targets.first() {
        Some(target) if targets.len() == 1 => names.iter().position(|name| name == target),
        _ => None,
    };
    let mut columns = Columns {
        digest: String::new(),
        values: vec![Vec::new(); names.len()],
        words: sole.map(|column| Words {
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
        row(&record, line, &mut columns, faults);
    }
    if rows == 0 {
        let help = "put at least one row below the header";
        faults.add(None, None, "the file has a header and no rows".into(), help);
    }
    Ok(Some(columns))
}

/// The names of the columns: each there, each once.
fn header(record: &ByteRecord, faults: &mut FileFaults) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    if record.iter().all(<[u8]>::is_empty) {
        let help = "the first line gives the names of the columns";
        faults.add(None, None, "the file is empty".to_owned(), help);
        return names;
    }
    for (i, bytes) in record.iter().enumerate() {
        let name = String::from_utf8_lossy(bytes).into_owned();
        let column = i + 1;
        if std::str::from_utf8(bytes).is_err() {
            let message = format!("the name of column {column} is not UTF-8");
            faults.add(Some(1), None, message, NOT_UTF8);
        } else if name.is_empty() {
            let message = format!("column {column} has no name");
            faults.add(
                Some(1),
                None,
                message,
                "name every column in the first line",
            );
        } else if let Some(other) = names.iter().position(|known| *known == name) {
            let message = format!("columns {} and {column} are both named `{name}`", other + 1);
            faults.add(
                Some(1),
                None,
                message,
                "give every column a name of its own",
            );
        }
        names.push(name);
    }
    names
}

const NOT_UTF8: &str = "save the file as UTF-8";

fn row(record: &ByteRecord, line: u64, columns: &mut Columns, faults: &mut FileFaults) {
    let (cells, wanted) = (record.len(), columns.names.len());
    if cells != wanted {
        let s = if cells == 1 { "" } else { "s" };
        let message = format!("it has {cells} value{s}, the header {wanted}");
        let help = "every row needs one value per column; a value with a comma in it needs quotes";
        return faults.add(Some(line), None, message, help);
    }
    for (i, bytes) in record.iter().enumerate() {
        let name = &columns.names[i];
        let Ok(text) = std::str::from_utf8(bytes) else {
            let message = "the value is not UTF-8".to_owned();
            faults.add(Some(line), Some(name), message, NOT_UTF8);
            continue;
        };
        let number = text.parse::<f64>();
        let words = columns.words.as_mut().filter(|words| words.column == i);
        if MISSING
            .iter()
            .any(|missing| text.eq_ignore_ascii_case(missing))
        {
            let message = match text {
                "" => "the value is missing".to_owned(),
                _ => format!("the value is missing (`{text}`)"),
            };
            let help = "fill it in or leave the row out";
            faults.add(Some(line), Some(name), message, help);
        } else if number.as_ref().is_ok_and(|number| !number.is_finite()) {
            let message = format!("`{text}` is not a finite number");
            faults.add(Some(line), Some(name), message, "");
        } else if let Some(words) = words {
            words.push(text, line, number.is_err());
        } else if number.is_err() {
            let message = format!("`{text}` is not a number");
            let help = "features are numbers with a decimal point; only the target may be words";
            faults.add(Some(line), Some(name), message, help);
        }
        columns.values[i].push(number.unwrap_or(f64::NAN));
    }
}

impl Words {
    fn push(&mut self, text: &str, line: u64, is_word: bool) {
        let next = self.index.len();
        let known = match self.index.get(text) {
            Some(&known) => known,
            None => *self.index.entry(text.to_owned()).or_insert(next),
        };
        self.of_row.push(known);
        if is_word {
            self.not_numbers += 1;
            self.first.get_or_insert_with(|| (line, text.to_owned()));
        }
    }
}
