//! The column to predict: numbers, or classes with an order of their own.

use super::faults::FileFaults;
use super::read::{Columns, Words};
use super::{Rows, Table};
use crate::spec::settings::TaskKind;
use std::collections::BTreeMap;

/// The rows of a file for one target and task; none, and a fault, where they don't fit.
///
/// Without a task, a column of numbers is a regression, and one with words in it holds classes.
/// Classes stand in the order of their numbers where all are numbers, else in that of their text,
/// so that their indices do not depend on the order of the rows.
pub(super) fn table(
    columns: &Columns,
    target: &str,
    task: Option<TaskKind>,
    faults: &mut FileFaults,
) -> Option<Table> {
    let column = columns.names.iter().position(|name| name == target)?;
    let features: Vec<usize> = (0..columns.names.len()).filter(|&i| i != column).collect();
    if features.is_empty() {
        let help = "a data file needs at least one more column to learn from";
        faults.add(None, None, format!("`{target}` is its only column"), help);
        return None;
    }
    let words = columns.words.as_ref().filter(|words| words.not_numbers > 0);
    let numbers = &columns.values[column];
    let (classes, y) = match (task, words) {
        (Some(TaskKind::Regression) | None, None) => (Vec::new(), numbers.clone()),
        (Some(TaskKind::Regression), Some(words)) => {
            let help = "a regression needs numbers; mend it, or use `task = \"classes\"`";
            not_a_number(target, words, help, faults);
            return None;
        }
        (None, Some(words)) if words.not_numbers * 2 < numbers.len() => {
            let help = "most of the column is numbers; mend it, or use `task = \"classes\"`";
            not_a_number(target, words, help, faults);
            return None;
        }
        (Some(TaskKind::Classes), None) => numeric_classes(numbers),
        (_, Some(words)) => word_classes(words),
    };
    if let [class] = classes.as_slice() {
        let message = format!("every row is of the class `{class}`");
        let help = "classes need at least two to tell apart";
        faults.add(None, Some(target), message, help);
        return None;
    }
    let rows = columns.values[column].len();
    let x = (0..rows).flat_map(|row| features.iter().map(move |&i| columns.values[i][row]));
    Some(Table {
        features: features.iter().map(|&i| columns.names[i].clone()).collect(),
        target: target.to_owned(),
        classes,
        rows: Rows { x: x.collect(), y },
    })
}

fn not_a_number(target: &str, words: &Words, help: &str, faults: &mut FileFaults) {
    if let Some((line, text)) = &words.first {
        let message = format!("`{text}` is not a number");
        faults.add(Some(*line), Some(target), message, help);
    }
}

/// Classes by number: `1` and `1.0` are one.
fn numeric_classes(numbers: &[f64]) -> (Vec<String>, Vec<f64>) {
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
