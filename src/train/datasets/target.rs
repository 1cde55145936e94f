//! Builds rows from columns: targets as numbers or class indices, and features, with one-hot encoded categories.

use super::constant;
use super::read::{CsvColumns, NUMBER, TextColumn, not_a_number};
use super::rows::{RawTable, Rows};
use crate::config::limits;
use crate::config::settings::{Missing, Reading, TaskKind};
use crate::train::datasets::file_errors::FileFaults;
use crate::train::datasets::snippet::RecordPart;
use std::collections::{BTreeMap, BTreeSet};

/// Checks that columns fit a task, and reports every value that does not.
///
/// Without a task, a numeric column is a regression, and a column with words holds classes.
pub(super) fn check(
    columns: &CsvColumns,
    targets: &[String],
    task: Option<TaskKind>,
    faults: &mut FileFaults,
) {
    let targeted: BTreeSet<&String> = targets.iter().collect();
    let known = columns.names.iter().all(|name| targeted.contains(name));
    if let Some(target) = targets.first().filter(|_| known) {
        let help = "a data file needs at least one feature column";
        let message = match targets.len() {
            1 => format!("`{target}` is the only column"),
            _ => "all columns are targets".to_owned(),
        };
        faults.of_column(target, message, "no feature columns are left", help);
    }
    for target in targets {
        words_of(columns, target, task, faults);
    }
}

/// Reports every word in a target column that must hold numbers.
fn words_of(columns: &CsvColumns, target: &str, task: Option<TaskKind>, faults: &mut FileFaults) {
    let place = columns.names.iter().position(|name| name == target);
    let words = place.and_then(|column| Some((column, words(columns, column)?)));
    let (Some((column, words)), Some(rows)) = (words, columns.values.first().map(Vec::len)) else {
        return;
    };
    let help = match task {
        Some(TaskKind::Regression) => {
            "a regression needs numbers; fix the value, or use `task = \"classification\"`"
        }
        None if words.not_numbers * 2 < rows => {
            "most values of the column are numbers; fix this one, or use `task = \"classification\"`"
        }
        _ => return,
    };
    for (line, text) in &words.first {
        let part = RecordPart::Value(column);
        faults.add(*line, part, not_a_number(text, target), NUMBER, help);
    }
    faults.untold(words.not_numbers - words.first.len());
}

/// Returns the words of a column, if it has any.
fn words(columns: &CsvColumns, column: usize) -> Option<&TextColumn> {
    columns
        .words
        .get(&column)
        .filter(|words| words.not_numbers > 0)
}

/// Returns the rows of a file without errors for its targets and task. Reports an error if all targets are equal, or
/// a column is empty. Missing values that are imputed later are NaN.
///
/// Classes are sorted by number if all are numbers, else by text. Their indices do not depend on the order of the
/// rows.
pub(super) fn table(
    columns: &CsvColumns,
    targets: &[String],
    task: Option<TaskKind>,
    reading: &Reading,
    faults: &mut FileFaults,
) -> Option<RawTable> {
    let names = columns.names.iter().enumerate();
    let known: BTreeMap<&String, usize> = names.map(|(i, name)| (name, i)).collect();
    let place = |target: &String| known.get(target).copied();
    let places: Vec<usize> = targets.iter().map(place).collect::<Option<_>>()?;
    let (&column, target) = (places.first()?, targets.first()?);
    let kept = kept(columns, reading, faults)?;
    let of_row = |&row: &usize| {
        places
            .iter()
            .map(move |&column| columns.values[column][row])
    };
    let numbers: Vec<f64> = kept.iter().flat_map(of_row).collect();
    let (classes, y) = match (task, words(columns, column)) {
        (_, Some(words)) => word_classes(words, &kept),
        (Some(TaskKind::Classes), None) => numeric_classes(&numbers),
        (Some(TaskKind::Regression) | None, None) => (Vec::new(), numbers),
    };
    if let [class] = classes.as_slice() {
        let message = format!("all rows have the class `{class}`");
        let help = "classification needs at least two classes";
        faults.of_column(target, message, "a column with one class", help);
        return None;
    }
    if classes.is_empty()
        && let Some((place, value)) = constant::constant(&y, targets.len())
    {
        let name = &targets[place];
        let message = constant::message(name, targets.len(), value);
        faults.of_column(name, message, "a column with one value", constant::HELP);
        return None;
    }
    let targeted: BTreeSet<usize> = places.iter().copied().collect();
    let features = (0..columns.names.len()).filter(|i| !targeted.contains(i));
    let features: Vec<Feature> = features.flat_map(|i| features_of(columns, i)).collect();
    let (n, most) = (features.len(), limits::FEATURES.most);
    if n > most {
        let message = format!("one-hot encoding gives {n} features; the limit is {most}");
        faults.of_all(&message, limits::FEATURES.help);
        return None;
    }
    let x = kept
        .iter()
        .flat_map(|&row| features.iter().map(move |of| of.at(columns, row)));
    Some(RawTable {
        features: features.iter().map(|of| of.name(columns)).collect(),
        targets: targets.to_vec(),
        classes,
        rows: Rows {
            x: x.collect(),
            y,
            targets: targets.len(),
        },
        left_out: columns.values[column].len() - kept.len(),
    })
}

/// Returns the rows that are kept, or reports columns without any value in them.
fn kept(columns: &CsvColumns, reading: &Reading, faults: &mut FileFaults) -> Option<Vec<usize>> {
    let rows = columns.values.first().map_or(0, Vec::len);
    let is_there = |column: usize, row: usize| match columns.words.get(&column) {
        Some(words) => words.of_row[row].is_some(),
        None => !columns.values[column][row].is_nan(),
    };
    let all = 0..columns.names.len();
    let whole = |row: &usize| all.clone().all(|column| is_there(column, *row));
    let kept: Vec<usize> = match reading.missing {
        Some(Missing::Drop) => (0..rows).filter(whole).collect(),
        _ => (0..rows).collect(),
    };
    if kept.is_empty() {
        let help = "remove columns with few values, or use `missing = \"mean\"`";
        faults.of_all("every row of the data file has a missing value", help);
        return None;
    }
    let mut reported = false;
    for column in all
        .clone()
        .filter(|&i| !kept.iter().any(|&row| is_there(i, row)))
    {
        let message = format!("column `{}` has no values", columns.names[column]);
        faults.of_all(&message, "remove the column");
        reported = true;
    }
    (!reported).then_some(kept)
}

/// A feature of a table.
enum Feature<'a> {
    /// The numbers of a column.
    Number(usize),
    /// Whether a column has this text, which has this index.
    Category(usize, &'a str, usize),
}

/// Returns the features of a column.
fn features_of(columns: &CsvColumns, column: usize) -> Vec<Feature<'_>> {
    match columns.words.get(&column).filter(|words| words.categories) {
        None => vec![Feature::Number(column)],
        Some(words) => {
            let all = words.sorted().into_iter();
            all.map(|(text, i)| Feature::Category(column, text, i))
                .collect()
        }
    }
}

impl Feature<'_> {
    fn at(&self, columns: &CsvColumns, row: usize) -> f64 {
        match self {
            Feature::Number(column) => columns.values[*column][row],
            Feature::Category(column, _, i) => {
                f64::from(columns.words[column].of_row[row] == Some(*i))
            }
        }
    }

    fn name(&self, columns: &CsvColumns) -> String {
        match self {
            Feature::Number(column) => columns.names[*column].clone(),
            Feature::Category(column, text, _) => format!("{}={text}", columns.names[*column]),
        }
    }
}

/// Returns classes by number: `1` and `1.0` are one class.
pub(super) fn numeric_classes(numbers: &[f64]) -> (Vec<String>, Vec<f64>) {
    let mut distinct = numbers.to_vec();
    distinct.sort_by(f64::total_cmp);
    distinct.dedup();
    let index = |number| distinct.partition_point(|other| *other < number) as f64;
    let y = numbers.iter().map(|&number| index(number)).collect();
    // Adding 0 removes the sign of −0.
    let names = distinct.iter().map(|number| (number + 0.0).to_string());
    (names.collect(), y)
}

/// Returns the classes by text of these rows.
fn word_classes(words: &TextColumn, rows: &[usize]) -> (Vec<String>, Vec<f64>) {
    let there: BTreeSet<usize> = rows.iter().filter_map(|&row| words.of_row[row]).collect();
    let sorted = words
        .sorted()
        .into_iter()
        .filter(|(_, word)| there.contains(word));
    let (names, order): (Vec<String>, Vec<usize>) =
        sorted.map(|(text, word)| (text.to_owned(), word)).unzip();
    let index: BTreeMap<usize, usize> = order.into_iter().zip(0..).collect();
    let words = rows.iter().filter_map(|&row| words.of_row[row]);
    (names, words.map(|word| index[&word] as f64).collect())
}
