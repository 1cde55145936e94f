//! Matches many selectors with many cells, without a test of each pair.
//!
//! A key has few distinct values, so the conditions that a value meets are looked up once per value. A selector
//! matches if all of its conditions are met.

use crate::config::{Condition, Selector, Value, Values};
use std::collections::{BTreeMap, BTreeSet};

/// Selectors, prepared for matching.
pub(super) struct Selectors<'a> {
    /// The number of conditions of each selector.
    conditions: Vec<usize>,
    /// The conditions by key.
    keys: BTreeMap<&'a str, OfKey<'a>>,
    /// How many conditions of each selector the current cell meets; all 0 between calls.
    met: Vec<usize>,
}

/// The conditions on one key.
#[derive(Default)]
struct OfKey<'a> {
    /// Each condition with the index of its selector.
    conditions: Vec<(usize, ConditionTest<'a>)>,
    /// The selectors that a value meets, cached by value.
    known: BTreeMap<String, Vec<usize>>,
}

enum ConditionTest<'a> {
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
                    Condition::OneOf(values) => {
                        ConditionTest::OneOf(values.iter().map(text).collect())
                    }
                    Condition::Within(_) => ConditionTest::Other(condition),
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

    /// Returns the indices of the selectors that match a cell with these values, in ascending order.
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
        // A selector without conditions matches every cell.
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
            let meets = |(_, test): &&(usize, ConditionTest)| match test {
                ConditionTest::OneOf(texts) => texts.contains(text),
                ConditionTest::Other(condition) => condition.is_met_by(value),
            };
            let met = conditions.iter().filter(meets);
            met.map(|(i, _)| *i).collect()
        })
    }
}

/// Returns a text that is equal for equal values only.
fn text(value: &Value) -> String {
    // JSON can represent every value.
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Bounds;

    #[test]
    fn many_selectors_match_the_same_cells_as_each_one_tested_separately() {
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
            let values = (0..i % 5)
                .map(|k| (key(k), value(i + 5 * k)))
                .collect::<Vec<_>>()
                .into();
            let each = selectors.iter().enumerate();
            let each = each.filter(|(_, selector)| selector.matches(&values));
            let each: Vec<usize> = each.map(|(i, _)| i).collect();
            matches += each.len();
            assert_eq!(all.matching(&values), each);
        }
        assert!(matches > 200 * 15, "{matches}");
    }
}
