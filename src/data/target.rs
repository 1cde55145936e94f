//! The column to predict: numbers, or classes with an order of their own.

use super::excerpt::Part;
use super::faults::FileFaults;
use super::read::{Columns, NUMBER, Words, not_a_number};
use super::{Rows, Table};
use crate::spec::settings::TaskKind;
use std::collections::BTreeMap;

/// Whether a column can be predicted as this task, with a fault for every value that it can't.
///
/// Without a task, a column of numbers is a regression, and one with words in it holds classes.
pub(super) fn check(
    columns: &Columns,
    target: &str,
    task: Option<TaskKind>,
    faults: &mut FileFaults,
) {
    if columns.names == [target] {
        let help = "a data file needs at least one more column to learn from";
        let message = format!("`{target}` is the only column");
        faults.of_target(target, message, "nothing to predict it from", help);
    }
    let (Some(words), Some(rows)) = (words(columns), columns.values.first().map(Vec::len)) else {
        return;
    };
    let help = match task {
        Some(TaskKind::Regression) => {
            "a regression needs numbers; mend it, or use `task = \"classes\"`"
        }
        None if words.not_numbers * 2 < rows => {
            "most of the column is numbers; mend it, or use `task = \"classes\"`"
        }
        _ => return,
    };
    for (line, text) in &words.first {
        let part = Part::Value(words.column);
        faults.add(*line, part, not_a_number(text, target), NUMBER, help);
    }
    faults.untold(words.not_numbers - words.first.len());
}

/// The words of the column to predict, where it holds any.
fn words(columns: &Columns) -> Option<&Words> {
    columns.words.as_ref().filter(|words| words.not_numbers > 0)
}

/// The rows of a file without faults for one target and task; none, and a fault, where they are all of
/// one class.
///
/// Classes stand in the order of their numbers where all are numbers, else in that of their text,
/// so that their indices do not depend on the order of the rows.
pub(super) fn table(
    columns: &Columns,
    target: &str,
    task: Option<TaskKind>,
    faults: &mut FileFaults,
) -> Option<Table> {
    let column = columns.names.iter().position(|name| name == target)?;
    let numbers = &columns.values[column];
    let (classes, y) = match (task, words(columns)) {
        (_, Some(words)) => word_classes(words),
        (Some(TaskKind::Classes), None) => numeric_classes(numbers),
        (Some(TaskKind::Regression) | None, None) => (Vec::new(), numbers.clone()),
    };
    if let [class] = classes.as_slice() {
        let message = format!("every row is of the class `{class}`");
        let help = "classes need at least two to tell apart";
        faults.of_target(target, message, "a column with one class", help);
        return None;
    }
    let features: Vec<usize> = (0..columns.names.len()).filter(|&i| i != column).collect();
    let x =
        (0..numbers.len()).flat_map(|row| features.iter().map(move |&i| columns.values[i][row]));
    Some(Table {
        features: features.iter().map(|&i| columns.names[i].clone()).collect(),
        target: target.to_owned(),
        classes,
        rows: Rows { x: x.collect(), y },
    })
}

/// Classes by number: `1` and `1.0` are one.
pub(super) fn numeric_classes(numbers: &[f64]) -> (Vec<String>, Vec<f64>) {
    let mut distinct = numbers.to_vec();
    distinct.sort_by(f64::total_cmp);
    distinct.dedup();
    let index = |number| distinct.partition_point(|other| *other < number) as f64;
    let y = numbers.iter().map(|&number| index(number)).collect();
    // Adding 0 takes the sign off −0.
    let names = distinct.iter().map(|number| (number + 0.0).to_string());
    (names.collect(), y)
}

/// Classes by text.
fn word_classes(words: &Words) -> (Vec<String>, Vec<f64>) {
    let sorted: BTreeMap<usize, usize> = words.index.values().copied().zip(0..).collect();
    let y = words
        .of_row
        .iter()
        .map(|word| sorted[word] as f64)
        .collect();
    (words.index.keys().cloned().collect(), y)
}
