//! Checks that every `where` matches a cell, and explains why if it does not.

use super::cell::Cell;
use super::selectors::Selectors;
use crate::config::{Fault, SHOWN, Selector, Sweep, Values, condition};
use std::collections::BTreeSet;

/// Adds an error for every `where` that matches no cell.
pub(super) fn selectors(
    sweep: &Sweep,
    cells: &[Cell],
    excluded: &[usize],
    excluded_values: &[Values],
    whole: bool,
    doubtful: &BTreeSet<&'static str>,
    faults: &mut Vec<Fault>,
) {
    if sweep.overridden {
        return;
    }
    let all: Vec<&Values> = cells
        .iter()
        .map(|cell| &cell.values)
        .chain(excluded_values)
        .collect();
    let found = found(sweep, cells.iter().map(|cell| &cell.values));
    let found_out = self::found(sweep, excluded_values);
    // The reason is computed only for errors that are shown.
    let mut explained = 0;
    let mut reason = |selector: &Selector| {
        explained += 1;
        (explained <= SHOWN).then(|| why_empty(selector, &all))
    };
    for (i, selector) in sweep.exclude.iter().enumerate() {
        let Some(place) = sweep
            .places
            .exclude
            .get(i)
            .filter(|_| sound(selector, doubtful))
        else {
            continue;
        };
        // An exclusion without matches among these samples may match the next ones.
        if excluded[i] == 0 && whole && sweep.sample.is_none() {
            let mut fault = Fault::at(place, "this `where` matches no cell", "it excludes nothing");
            fault.help = reason(selector);
            faults.push(fault);
        }
    }
    for (i, expectation) in sweep.expectations.iter().enumerate() {
        let selector = &expectation.selector;
        let Some(place) = sweep
            .places
            .expectations
            .get(i)
            .filter(|_| sound(selector, doubtful))
        else {
            continue;
        };
        if !whole || found[i] {
            continue;
        }
        let mut fault = Fault::at(place, "this `where` matches no cell", "it selects nothing");
        fault.help = match found_out[i] {
            true => Some("[[exclude]] excludes the cells that it would match".to_owned()),
            false => reason(selector).map(|why| why + &ranges(sweep, selector)),
        };
        faults.push(fault);
    }
}

/// Returns which expectations select one of these cells.
fn found<'a>(sweep: &Sweep, cells: impl IntoIterator<Item = &'a Values>) -> Vec<bool> {
    let mut selectors = Selectors::new(sweep.expectations.iter().map(|e| &e.selector));
    let mut found = vec![false; sweep.expectations.len()];
    for values in cells {
        selectors
            .matching(values)
            .into_iter()
            .for_each(|i| found[i] = true);
    }
    found
}

/// Returns a hint for a condition on a key with sampled values.
fn ranges(sweep: &Sweep, selector: &Selector) -> String {
    let sampled = |key: &String| {
        let mut axes = sweep.axes.iter().filter(|axis| axis.range.is_some());
        axes.any(|axis| axis.keys.contains(key))
    };
    let one = selector.0.iter().find(|(key, _)| sampled(key));
    one.map_or(String::new(), |(key, _)| {
        format!("; its values are sampled, so give bounds: {key} = {{ at_least = …, at_most = … }}")
    })
}

/// Returns whether the cells that a selector matches are known for certain.
pub(super) fn sound(selector: &Selector, doubtful: &BTreeSet<&'static str>) -> bool {
    let mut keys = selector.0.iter().map(|(key, _)| key.as_str());
    keys.all(|key| !doubtful.contains(key))
}

/// Returns the condition that no cell meets, and the values that exist.
fn why_empty(selector: &Selector, all: &[&Values]) -> String {
    for (key, wanted) in &selector.0 {
        let alone = Selector(vec![(key.clone(), wanted.clone())]);
        let mut one = Selectors::new([&alone]);
        if all.iter().any(|values| !one.matching(values).is_empty()) {
            continue;
        }
        let mut there: Vec<String> = Vec::new();
        for value in all.iter().filter_map(|values| values.get(key)) {
            let value = value.to_string();
            if !there.contains(&value) {
                there.push(value);
            }
            if there.len() > 12 {
                break;
            }
        }
        let wanted = condition(key, wanted);
        return match there.as_slice() {
            [] => format!("no cell has {wanted}: `{key}` has no value in this sweep"),
            [one] => format!("no cell has {wanted}: `{key}` is {one} in every cell"),
            many if many.len() > 12 => format!(
                "no cell has {wanted}: `{key}` is {}, …",
                many[..12].join(", ")
            ),
            many => format!("no cell has {wanted}: `{key}` is {}", many.join(", ")),
        };
    }
    "each of its conditions matches a cell, but no cell meets all of them".to_owned()
}
