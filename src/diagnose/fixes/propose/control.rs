//! Controls: random changes of the same number of keys as a suggested fix. A fix is informative only if it
//! works more often than its control.

use super::edit::{Edits, edited};
use super::suggest::SuggestedFix;
use crate::config::deprecated::in_first_words;
use crate::config::settings::{BatchSize, Settings};
use crate::config::{Value, keys};
use crate::grid::Cell;
use crate::identity::canonical;
use crate::seed::stream;
use rand::RngExt;
use std::collections::BTreeSet;

/// Samples before the search for a legal change of this size ends.
const ATTEMPTS: usize = 1000;

/// Returns one control per suggested fix of a cell, in the order of the fixes, each with the changed cell. No
/// control has the settings of a suggested fix or of another control of the cell. The samples depend only on
/// the cell and its fixes. None for a fix without a legal control.
pub fn controls(cell: &Cell, fixes: &[&SuggestedFix]) -> Vec<Option<(Edits, Cell)>> {
    let mut taken: Vec<Settings> = fixes.iter().map(|fix| fix.cell.settings.clone()).collect();
    let sample_next = |fix: &&SuggestedFix| {
        let sampled = sample(cell, fix, &taken);
        taken.extend(sampled.iter().map(|(_, cell)| cell.settings.clone()));
        sampled
    };
    fixes.iter().map(sample_next).collect()
}

/// Samples a legal random change of the same number of keys as the fix changes. Every set of neighboring values
/// of this number of different keys is equally likely, except those with taken settings.
fn sample(cell: &Cell, fix: &SuggestedFix, taken: &[Settings]) -> Option<(Edits, Cell)> {
    let neighbors = neighbors(cell);
    if neighbors.is_empty() {
        return None;
    }
    let size = fix.edits.len();
    let own = serde_json::Value::from(canonical(&cell.settings));
    // In words that never change, so that no other change is sampled because a word has a better name.
    let edits = fix.edits.iter();
    let edits: Edits = edits
        .map(|(key, value)| (key.clone(), in_first_words(key, value)))
        .collect();
    let mut stream = stream(0, &format!("control/{own}/{edits:?}"));
    (0..ATTEMPTS).find_map(|_| {
        let sampled = (0..size).map(|_| neighbors[stream.random_range(0..neighbors.len())].clone());
        let edits: Edits = sampled.collect();
        let keys: BTreeSet<&str> = edits.iter().map(|(key, _)| key.as_str()).collect();
        // Rejection keeps the samples uniform.
        let legal = (keys.len() == size)
            .then(|| edited(cell, &edits).ok())
            .flatten()
            .filter(|cell| !taken.contains(&cell.settings))?;
        Some((edits, legal))
    })
}

/// Returns every key that a fix may change, with neighboring values: those that fixes use, and as many
/// on the other side. Whether a set of them is legal is checked after it is sampled.
fn neighbors(cell: &Cell) -> Vec<(String, Value)> {
    let word = |word: &&str| Value::Text((*word).to_owned());
    let words = |words: &[&str]| words.iter().map(word).collect::<Vec<Value>>();
    let numbers = |numbers: &[f64]| numbers.iter().copied().map(Value::Number).collect();
    let settings = &cell.settings;
    let moved = |by: f64| Value::Number(format!("{:.11e}", settings.lr * by).parse().unwrap_or(by));
    let scaled = |now: i64| -> Vec<Value> {
        let by = [0.04, 0.2, 5.0, 25.0];
        by.map(|by| Value::Integer((now as f64 * by).round().max(1.0) as i64))
            .into()
    };
    let sites: Vec<Value> = [&[][..], &["input"], &["hidden"], &["output"]]
        .map(|sites| Value::List(words(sites)))
        .into();
    let mut all: Vec<(&str, Vec<Value>)> = vec![
        ("model", words(&["linear", "mlp", "residual"])),
        (
            "activation",
            words(&["linear", "relu", "leaky-relu", "tanh", "sigmoid"]),
        ),
        ("init", words(&["he", "lecun", "torch"])),
        ("batch_norm", sites),
        ("loss", words(&["mse", "bce"])),
        ("output_bias", numbers(&[0.0])),
        ("optimizer", words(&["sgd", "adam"])),
        ("lr", [1e-3, 1e-2, 0.1, 10.0, 100.0, 1e3].map(moved).into()),
        ("momentum", numbers(&[0.0, 0.9])),
        ("weight_decay", numbers(&[0.0, 0.01, 0.1])),
        ("patience", [3, 10].map(Value::Integer).into()),
        ("data.standardize", [false, true].map(Value::Bool).into()),
    ];
    if let BatchSize::Rows(rows) = settings.batch {
        let near = [rows.div_ceil(4), 4 * rows];
        all.push(("batch", near.map(|rows| Value::Integer(rows as i64)).into()));
    }
    for (key, values) in [
        ("epochs", scaled as fn(i64) -> Vec<Value>),
        ("steps", scaled),
    ] {
        if let Some(Value::Integer(now)) = cell.values.get(key) {
            all.push((key, values(*now)));
        }
    }
    match cell.values.get("hidden") {
        Some(Value::List(hidden)) => all.push(("hidden", lists(hidden))),
        _ => {
            let whole = |numbers: &[i64]| numbers.iter().copied().map(Value::Integer).collect();
            all.push(("depth", whole(&[1, 2, 4, 8, 16])));
            all.push(("width", whole(&[2, 4, 10, 32, 64])));
        }
    }
    let pairs = |(key, values): (&str, Vec<Value>)| {
        let key = key.to_owned();
        let values = values.into_iter();
        values
            .map(move |value| (key.clone(), value))
            .collect::<Vec<_>>()
    };
    let changes = |(key, value): &(String, Value)| {
        let used = keys::find(key).is_some_and(|key| key.is_used(&cell.values));
        used && cell.values.get(key) != Some(value)
    };
    all.into_iter().flat_map(pairs).filter(changes).collect()
}

/// Returns lists of widths near this one: half and twice as long, a quarter and four times as wide.
fn lists(hidden: &[Value]) -> Vec<Value> {
    let wide = |by: f64| {
        let change = |value: &Value| match value.integer() {
            Some(width) => Value::Integer((width as f64 * by).ceil() as i64),
            None => value.clone(),
        };
        Value::List(hidden.iter().map(change).collect())
    };
    let long = |layers: usize| Value::List(hidden.iter().cycle().take(layers).cloned().collect());
    vec![
        long(hidden.len().div_ceil(2)),
        long(2 * hidden.len()),
        wide(0.25),
        wide(4.0),
    ]
}
