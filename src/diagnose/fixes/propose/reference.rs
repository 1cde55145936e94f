//! The reference run: a network that is known to train well, for data on which no cell does.
//!
//! Without it, the runs of a sweep in which all fail would be compared with a skill of 1, which noise
//! can make unreachable, or with the best failed run. The network is small and trains in about a second.
//! It holds out a quarter of the rows if the cell holds out none, because memorized rows do not count.

use crate::config::settings::Settings;
use crate::config::{Value, Values, complete};
use crate::grid::Cell;
use std::path::Path;

/// The network and its training, as text.
pub const REFERENCE: &str = "two hidden layers of 32 ReLU neurons, He initialization, standardized \
                             features, Adam with a learning rate of 0.01, 3000 steps of 32 rows";

/// Keys of the data that the reference run does not take over, because it standardizes.
const SCALING: [&str; 2] = ["data.scales", "data.offsets"];

/// Returns the reference run for the rows and the loss of a cell, the same for all cells that share
/// them; none if they allow none.
pub fn reference(cell: &Cell) -> Option<Cell> {
    let of_rows = |key: &str| key.starts_with("data.") && !SCALING.contains(&key);
    let of_loss = |key: &str| ["loss", "label_smoothing", "class_weights"].contains(&key);
    let kept = |key: &str| of_rows(key) || of_loss(key);
    let own = cell.values.0.iter().filter(|(key, _)| kept(key));
    let mut values = Values::of(own.cloned().collect(), cell.values.registry());
    let word = |word: &str| Value::Text(word.to_owned());
    let edits = [
        ("data.standardize", Value::Bool(true)),
        ("model", word("mlp")),
        ("hidden", Value::List(vec![Value::Integer(32); 2])),
        ("activation", word("relu")),
        ("init", word("he")),
        ("optimizer", word("adam")),
        ("lr", Value::Number(0.01)),
        ("batch", Value::Integer(32)),
        ("steps", Value::Integer(3000)),
    ];
    for (key, value) in edits {
        values.set(key, value);
    }
    if cell.settings.data.validation == 0.0 {
        values.set("data.validation", Value::Number(0.25));
    }
    let values = complete(&values);
    let mut settings = Settings::from_values(&values, Path::new("")).ok()?;
    settings.data.source = cell.settings.data.source.clone();
    Some(Cell {
        index: cell.index,
        coordinates: Vec::new(),
        varied: Vec::new(),
        values,
        settings,
    })
}
