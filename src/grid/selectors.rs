//! Many selectors over many cells: which of them match a cell, without trying each on each.
//!
//! Cells have few values of a key, so that it is looked up once per value which conditions it meets. A selector
//! matches where all of its conditions are met.

use crate::spec::{Condition, Selector, Value, Values};
use std::collections::{BTreeMap, BTreeSet};

/// Selectors, ready to be matched.
pub(super) struct Selectors<'a> {
    /// How many conditions each has.
    conditions: Vec<usize>,
    /// By key.
    keys: BTreeMap<&'a str, OfKey<'a>>,
    /// How many conditions of each selector the cell at hand meets; all 0 in between.
    met: Vec<usize>,
}

/// The conditions on one key.
#[derive(Default)]
struct OfKey<'a> {
    /// With the selectors that they are of.
    conditions: Vec<(usize, Test<'a>)>,
    /// Which selectors a value meets, by what was asked before.
    known: BTreeMap<String, Vec<usize>>,
}

enum Test<'a> {
    OneOf(BTreeSet<String>),
    Other(&'a Condition),
}

impl<'a> Selectors<'a> {
    pub fn new(selectors: impl IntoIterator<Item = &'a Selector>) -> Selectors<'a> {
        let mut keys: BTreeMap<&str, OfKey> = BTreeMap::new();
        let mut conditions = Vec::new();
        for (i, selector) in selectors.into_iter().enumerate() {
            conditions.push(selector.0.len());
            for (key, condition) in &selector.0 {
                let test = match condition {
                    Condition::OneOf(values) => Test::OneOf(values.iter().map(text).collect()),
                    Condition::Within(_) => Test::Other(condition),
                };
                keys.entry(key).or_default().conditions.push((i, test));
            }
        }
        Selectors {
            met: vec![0; conditions.len()],
            conditions,
            keys,
        }
    }

    /// Returns the selectors that match a cell with these values, in their order.
    pub fn matching(&mut self, values: &Values) -> Vec<usize> {
        let (mut touched, met) = (Vec::new(), &mut self.met);
        for (key, of_key) in &mut self.keys {
            let Some(value) = values.get(key) else {
                continue;
            };
            for &i in of_key.met_by(value) {
                if met[i] == 0 {
                    touched.push(i);
                }
                met[i] += 1;
            }
        }
        // Without a condition every cell is meant.
        let mut matching: Vec<usize> = (0..self.conditions.len())
            .filter(|&i| self.conditions[i] == 0)
            .collect();
        matching.extend(touched.iter().filter(|&&i| met[i] == self.conditions[i]));
        touched.iter().for_each(|&i| met[i] = 0);
        matching.sort_unstable();
        matching
    }
}

impl OfKey<'_> {
    fn met_by(&mut self, value: &Value) -> &[usize] {
        let conditions = &self.conditions;
        self.known.entry(text(value)).or_insert_with_key(|text| {
            let meets = |(_, test): &&(usize, Test)| match test {
                Test::OneOf(texts) => texts.contains(text),
                Test::Other(condition) => condition.is_met_by(value),
            };
            let met = conditions.iter().filter(meets);
            met.map(|(i, _)| *i).collect()
        })
    }
}

/// A value as a text that only equal values have.
fn text(value: &Value) -> String {
    // Plain data: there is nothing in it that JSON could not hold.
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::Bounds;

    #[test]
    fn many_selectors_match_as_each_does_by_itself() {
        let value = |i: usize| match i % 4 {
            0 => Value::Number(i as f64 / 3.0),
            1 => Value::Integer(i as i64),
            2 => Value::Text(format!("t{}", i % 7)),
            _ => Value::List(vec![Value::Integer(i as i64 % 5)]),
        };
        let below = |b: f64| {
            Condition::Within(Bounds {
                below: Some(b),
                ..Bounds::default()
            })
        };
        let condition = |i: usize| match i % 3 {
            0 => below(i as f64),
            _ => Condition::OneOf(vec![value(i), value(i + 2), value(2 * i + 1)]),
        };
        let key = |i: usize| ["a", "b", "c", "d"][i % 4].to_owned();
        let selectors: Vec<Selector> = (0..60)
            .map(|i| {
                let conditions = (0..i % 4).map(|k| (key(i + k), condition(i / 3 + k)));
                Selector(conditions.collect())
            })
            .collect();
        let mut all = Selectors::new(&selectors);
        let mut matches = 0;
        for i in 0..200 {
            let values = Values((0..i % 5).map(|k| (key(k), value(i + 5 * k))).collect());
            let each = selectors.iter().enumerate();
            let each = each.filter(|(_, selector)| selector.matches(&values));
            let each: Vec<usize> = each.map(|(i, _)| i).collect();
            matches += each.len();
            assert_eq!(all.matching(&values), each);
        }
        assert!(matches > 200 * 15, "{matches}");
    }
}
