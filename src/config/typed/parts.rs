//! Reads the parts of a setting from the values of a cell: words, numbers, flags and records.

use crate::config::conflicts::{Clash, unimplemented};
use crate::config::rules::{count, number, word};
use crate::config::{Value, Values};

/// The variant of the word of a key.
pub(super) fn variant<T>(
    values: &Values,
    key: &'static str,
    of: fn(&str) -> Option<T>,
) -> Result<T, Clash> {
    let word = word(values, key);
    of(word).ok_or_else(|| unimplemented(key, word))
}

pub(super) fn real(values: &Values, key: &str) -> f64 {
    number(values, key).unwrap_or_default()
}

pub(super) fn whole(values: &Values, key: &str) -> usize {
    count(values, key)
        .and_then(|n| usize::try_from(n).ok())
        .unwrap_or_default()
}

pub(super) fn flag(values: &Values, key: &str) -> bool {
    matches!(values.get(key), Some(Value::Bool(true)))
}

pub(super) fn numbers(value: Option<&Value>) -> Vec<f64> {
    match value {
        Some(Value::List(items)) => items.iter().filter_map(Value::number).collect(),
        _ => Vec::new(),
    }
}

/// The name of a record such as `{ normal = 0.1 }`, and its numbers, which `{ uniform = [0, 1] }` has two of.
pub(super) fn record(value: &Value) -> Option<(&str, Vec<f64>)> {
    let Value::Table(items) = value else {
        return None;
    };
    let all = items.iter().flat_map(|(_, value)| match value.number() {
        Some(number) => vec![number],
        None => numbers(Some(value)),
    });
    let (name, _) = items.first()?;
    Some((name, all.collect()))
}
