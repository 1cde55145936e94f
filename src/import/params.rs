//! The parameters of traces in one form, so that equal settings are one cell, whatever program wrote them.
//!
//! Parameters of tables get names such as `optimizer.lr`. Equal numbers are equal values, `null` is the same as a missing
//! parameter, and the order of the parameters has no meaning.

use crate::config::Value;
use crate::trace::Params;
use serde_json::{Number, Value as Json};
use std::collections::BTreeMap;

/// The first number above the integers of 64 bits: 2⁶³.
const ABOVE: f64 = 9_223_372_036_854_775_808.0;

/// A parameter of a trace that is neither a table nor `null`.
struct Leaf<'a> {
    /// Its key, after those of the tables that contain it.
    keys: Vec<&'a str>,
    /// Its value.
    value: &'a Json,
}

impl Leaf<'_> {
    /// Returns its name, such as `optimizer.lr`.
    fn name(&self) -> String {
        self.keys.join(".")
    }

    /// Returns where it is in the trace, such as `params["optimizer"]["lr"]`.
    fn place(&self) -> String {
        let keys = self
            .keys
            .iter()
            .map(|key| format!("[{}]", Json::from(*key)));
        format!("params{}", keys.collect::<String>())
    }
}

/// Returns the parameters of a trace in its order.
pub(super) fn values(params: &Params) -> Vec<(String, Value)> {
    let leaves = leaves(params).into_iter();
    leaves
        .map(|leaf| (leaf.name(), plain(leaf.value)))
        .collect()
}

/// Returns parameters in the order of their names, so that those of one cell are equal.
pub(super) fn sorted(mut values: Vec<(String, Value)>) -> Vec<(String, Value)> {
    values.sort_by(|a, b| a.0.cmp(&b.0));
    values
}

/// Checks that every name stands for one parameter: `{"a": {"b": 1}}` and `"a.b"` have the same.
///
/// # Errors
/// Where both parameters are, and what to do.
pub(super) fn check_names(params: &Params) -> Result<(), String> {
    let mut places: BTreeMap<String, String> = BTreeMap::new();
    for leaf in leaves(params) {
        let (name, place) = (leaf.name(), leaf.place());
        if let Some(other) = places.get(&name) {
            return Err(format!(
                "{other} and {place} have the same name `{name}`; rename one of them"
            ));
        }
        places.insert(name, place);
    }
    Ok(())
}

fn leaves(params: &Params) -> Vec<Leaf<'_>> {
    let mut leaves = Vec::new();
    for (key, value) in params {
        add(&[key.as_str()], value, &mut leaves);
    }
    leaves
}

fn add<'a>(keys: &[&'a str], value: &'a Json, into: &mut Vec<Leaf<'a>>) {
    match value {
        Json::Null => {}
        Json::Object(table) => {
            for (key, value) in table {
                add(&[keys, &[key.as_str()]].concat(), value, into);
            }
        }
        Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) => into.push(Leaf {
            keys: keys.to_vec(),
            value,
        }),
    }
}

fn plain(value: &Json) -> Value {
    match value {
        // Only in a list, where it keeps the places of the others.
        Json::Null => Value::Text("none".to_owned()),
        Json::Bool(flag) => Value::Bool(*flag),
        Json::Number(own) => number(own),
        Json::String(text) => Value::Text(text.clone()),
        Json::Array(list) => Value::List(list.iter().map(plain).collect()),
        Json::Object(table) => {
            let entries = table.iter().filter(|(_, value)| !value.is_null());
            let entries = entries.map(|(key, value)| (key.clone(), plain(value)));
            Value::Table(sorted(entries.collect()))
        }
    }
}

/// Returns a number as an integer if it is one, however it is written.
fn number(number: &Number) -> Value {
    let float = number.as_f64().unwrap_or(f64::NAN);
    let is_integer = float.fract() == 0.0 && (-ABOVE..ABOVE).contains(&float);
    match (number.as_i64(), number.as_u64()) {
        (Some(integer), _) => Value::Integer(integer),
        // A float would confuse it with its neighbors.
        (None, Some(large)) if float as u128 != u128::from(large) => Value::Text(large.to_string()),
        (None, _) if is_integer => Value::Integer(float as i64),
        (None, _) => Value::Number(float),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn params(text: &str) -> Params {
        serde_json::from_str(text).unwrap()
    }

    fn canonical(text: &str) -> Vec<(String, Value)> {
        sorted(values(&params(text)))
    }

    #[test]
    fn order_spelling_of_numbers_and_null_do_not_change_parameters() {
        let expected = canonical(r#"{"a": 1, "b.c": 2, "b.d": [{"e": 1, "f": 2}], "g": 0.5}"#);
        assert_eq!(expected[0], ("a".to_owned(), Value::Integer(1)));
        for same in [
            r#"{"g": 5e-1, "b": {"d": [{"f": 2.0, "e": 1}], "c": 2}, "a": 1.0}"#,
            r#"{"h": null, "a": 1e0, "b": {"c": 2, "i": null, "d": [{"e": 1, "f": 2, "g": null}]}, "g": 0.5}"#,
        ] {
            assert_eq!(canonical(same), expected, "{same}");
        }
        assert_eq!(canonical(r#"{"a": -0.0}"#), canonical(r#"{"a": 0}"#));
        assert_eq!(
            canonical(r#"{"a": 1e19}"#),
            canonical(r#"{"a": 10000000000000000000}"#)
        );
    }

    #[test]
    fn different_values_stay_different() {
        for [a, b] in [
            ["1", "true"],
            ["1", r#""1""#],
            ["0", "null"],
            ["[1, 2]", "[2, 1]"],
            ["[null, 1]", "[1]"],
            ["9007199254740993", "9007199254740992.0"],
            ["18446744073709551615", "18446744073709551614"],
        ] {
            let [a, b] = [a, b].map(|value| canonical(&format!(r#"{{"a": {value}}}"#)));
            assert_ne!(a, b);
        }
    }

    #[test]
    fn two_parameters_with_one_name_are_an_error_that_says_where_both_are() {
        let error = |text: &str| check_names(&params(text)).err().unwrap_or_default();
        assert_eq!(
            error(r#"{"a.b": 1, "lr": 0.1, "a": {"b": 1}}"#),
            r#"params["a.b"] and params["a"]["b"] have the same name `a.b`; rename one of them"#
        );
        assert_eq!(
            error(r#"{"a": {"b.c": 1, "b": {"c": 2}}}"#),
            r#"params["a"]["b.c"] and params["a"]["b"]["c"] have the same name `a.b.c`; rename one of them"#
        );
        assert_eq!(error(r#"{"a.b": null, "a": {"b": 1, "c": 2}, "c": 3}"#), "");
    }
}
