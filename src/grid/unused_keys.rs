//! Finds keys that no cell uses.

use crate::config::kind::Word;
use crate::config::registry::Key;
use crate::config::{Fault, Place, SolverName, Sweep, Value, Values};
use std::collections::BTreeSet;

/// Returns an error for every key that is given or varied, and that no cell uses. `cell` has the values of one cell.
pub(super) fn unused(
    sweep: &Sweep,
    cell: &Values,
    used: &BTreeSet<&'static str>,
    clashing: &BTreeSet<&'static str>,
    doubtful: &BTreeSet<&'static str>,
) -> Vec<Fault> {
    let mut selecting = SELECTING.iter().chain(&["hidden", "steps"]);
    if selecting.any(|key| doubtful.contains(key)) {
        return Vec::new();
    }
    let is_unused = |name: &str| !used.contains(name) && !clashing.contains(name);
    let registry = sweep.given.registry();
    let mut faults = Vec::new();
    for (name, place) in &sweep.places.values {
        let Some(key) = registry.find(name).filter(|key| is_unused(key.name)) else {
            continue;
        };
        // Repeating a default is harmless.
        let default = key.default.value(&sweep.given);
        let axis = sweep.axes.iter().any(|axis| axis.keys.contains(name));
        if axis || (default.is_some() && default.as_ref() == sweep.given.get(name)) {
            continue;
        }
        faults.push(unused_fault(sweep, cell, key, place));
    }
    for (a, axis) in sweep.axes.iter().enumerate() {
        for (k, name) in axis.keys.iter().enumerate() {
            let place = sweep
                .places
                .axes
                .get(a)
                .and_then(|keys| keys.get(k)?.first());
            if let (Some(key), Some(place)) =
                (registry.find(name).filter(|key| is_unused(key.name)), place)
            {
                faults.push(unused_fault(sweep, cell, key, place));
            }
        }
    }
    faults
}

/// The keys that determine which other keys a cell uses, the most specific first.
const SELECTING: [&str; 5] = ["optimizer", "loss", "solver", "data.source", "model"];

fn unused_fault(sweep: &Sweep, cell: &Values, key: &Key, place: &Place) -> Fault {
    let by = match selecting(cell, key) {
        Some(by) => ignored_by(sweep, by),
        None if key.section() == "data" => ignored_by(sweep, "data.source"),
        None => "no cell uses it".to_owned(),
    };
    let fault = Fault::at(place, format!("unused key `{}`", key.short()), by);
    fault.help(format!("remove it. `{}`: {}", key.short(), key.doc))
}

/// Returns the key that makes a cell ignore another one: with some other value, it would use it.
fn selecting(cell: &Values, key: &Key) -> Option<&'static str> {
    let uses = |by: &str, word: &Word| {
        let mut values = cell.clone();
        values.set(by, Value::Text(word.name.to_owned()));
        key.is_used(&values)
    };
    let would = |by: &&str| {
        let words = cell
            .registry()
            .find(by)
            .into_iter()
            .flat_map(|by| by.kind.words());
        words.into_iter().any(|word| uses(by, word))
    };
    let solved = cell.get("solver").and_then(Value::text) != Some(SolverName::None.name());
    let found = SELECTING.into_iter().find(would);
    found.or_else(|| solved.then_some("solver"))
}

/// Says which value of a key ignores another key.
fn ignored_by(sweep: &Sweep, by: &str) -> String {
    let short = by.strip_prefix("data.").unwrap_or(by);
    let varies = sweep
        .axes
        .iter()
        .any(|axis| axis.keys.iter().any(|key| key == by));
    match sweep.base.get(by).and_then(Value::text) {
        _ if varies => format!("no value of the axis `{by}` uses it"),
        Some(word) => format!("`{short} = \"{word}\"` ignores it"),
        None => format!("this {short} ignores it"),
    }
}
