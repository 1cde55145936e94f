//! Converts a TOML value to a [`Value`] of the type of its key.

use super::deprecated;
use super::kind::{Field, Interval, Kind, Word, either};
use super::suggest::{did_you_mean, quoted, similar, suggestion, ticked};
use super::value::Value;
use crate::config::value_error::{Wrong, all, none_or};
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A TOML value with its span.
pub(crate) type Node<'i> = Spanned<DeValue<'i>>;

/// Reads a value of a key. Its type comes from the key, not from the literal.
pub(crate) fn value(node: &Node, kind: &Kind, key: &str) -> Result<Value, Vec<Wrong>> {
    let wrong_type = || {
        let label = format!("expected {}, found {}", kind.describe(), shape(node));
        Wrong::new(
            node.span(),
            format!("`{key}` has the wrong type"),
            label,
            None,
        )
    };
    match (kind, node.get_ref()) {
        (Kind::Bool, DeValue::Boolean(v)) => Ok(Value::Bool(*v)),
        (Kind::Integer { least, most }, DeValue::Integer(_) | DeValue::Float(_)) => {
            match whole(node) {
                Some(v) if (*least..=*most).contains(&v) => Ok(Value::Integer(v)),
                Some(_) => Err(out_of_range(node, kind, key).into()),
                None => Err(wrong_type().into()),
            }
        }
        (Kind::Number(interval), DeValue::Integer(_) | DeValue::Float(_)) => {
            Ok(number(node, interval, key)?)
        }
        (Kind::Text, DeValue::String(v)) if v.is_empty() => {
            let message = format!("`{key}` is empty");
            Err(Wrong::new(node.span(), message, "expected a name in quotes", None).into())
        }
        (Kind::Text, DeValue::String(v)) => Ok(Value::Text(v.to_string())),
        (Kind::Words(words), DeValue::String(v)) => Ok(one_word(node, v, words, key)?),
        (Kind::List { of, least }, DeValue::Array(items)) => {
            if items.len() < *least {
                let label = format!("expected at least {least} item{}", plural(*least));
                let message = format!("the list of `{key}` is too short");
                return Err(Wrong::new(node.span(), message, label, None).into());
            }
            let items = all(items.iter().map(|item| value(item, of, key)))?;
            Ok(Value::List(items))
        }
        (Kind::Pair, DeValue::Array(_)) => Ok(pair(node, key)?),
        (Kind::Record(fields), DeValue::Table(table)) => record(node, table, fields, key),
        (Kind::Any(kinds), DeValue::Table(table)) => {
            match kinds.iter().find(|kind| fits(kind, node)) {
                Some(kind) => value(node, kind, key),
                None => {
                    let wrong = no_such_record(node, table, kinds, key);
                    Err(wrong.unwrap_or_else(wrong_type).into())
                }
            }
        }
        (Kind::Any(kinds), _) => match kinds.iter().find(|kind| fits(kind, node)) {
            // A wrong word may be meant as any member of the union, so the label lists all of them.
            Some(kind) => value(node, kind, key).map_err(|mut wrong| {
                for wrong in wrong.iter_mut().filter(|wrong| wrong.span == node.span()) {
                    if !matches!(kind, Kind::List { .. } | Kind::Pair) {
                        wrong.label = format!("expected {}", Kind::describe_any(kinds));
                        let found = node.get_ref().as_str();
                        wrong.help = found.and_then(|found| meant(found, kinds));
                    }
                }
                wrong
            }),
            None => Err(wrong_type().into()),
        },
        _ => Err(wrong_type().into()),
    }
}

/// Returns the integer of a literal: `1000`, `1_000` and `1e3` are equal.
pub(crate) fn whole(node: &Node) -> Option<i64> {
    match node.get_ref() {
        DeValue::Integer(v) => i64::from_str_radix(v.as_str(), v.radix()).ok(),
        DeValue::Float(v) => {
            let v: f64 = v.as_str().parse().ok()?;
            // Beyond 2^53, neighboring floats skip integers.
            (v.fract() == 0.0 && v.abs() <= 9_007_199_254_740_992.0).then_some(v as i64)
        }
        DeValue::String(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_)
        | DeValue::Array(_)
        | DeValue::Table(_) => None,
    }
}

/// Returns the number of a literal, which may be infinite or NaN.
pub(crate) fn real(node: &Node) -> Option<f64> {
    let v = match node.get_ref() {
        DeValue::Integer(v) if v.radix() == 10 => v.as_str().parse().ok()?,
        DeValue::Integer(v) => i64::from_str_radix(v.as_str(), v.radix()).ok()? as f64,
        DeValue::Float(v) => v.as_str().parse().ok()?,
        DeValue::String(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_)
        | DeValue::Array(_)
        | DeValue::Table(_) => return None,
    };
    // −0 and 0 are the same value, and a run ID must not distinguish them.
    Some(if v == 0.0 { 0.0 } else { v })
}

fn number(node: &Node, interval: &Interval, key: &str) -> Result<Value, Wrong> {
    match real(node) {
        Some(v) if interval.contains(v) => Ok(Value::Number(v)),
        _ => Err(out_of_range(node, &Kind::Number(*interval), key)),
    }
}

fn out_of_range(node: &Node, kind: &Kind, key: &str) -> Wrong {
    let label = format!("expected {}", kind.describe());
    Wrong::new(node.span(), format!("`{key}` is out of range"), label, None)
}

/// Returns the error of a value that is not a number, or not one of the accepted numbers.
pub(super) fn not_accepted(node: &Node, what: &str, expected: &str) -> Wrong {
    let (message, label) = match node.get_ref() {
        DeValue::Integer(_) | DeValue::Float(_) => (
            format!("{what} is out of range"),
            format!("expected {expected}"),
        ),
        DeValue::String(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_)
        | DeValue::Array(_)
        | DeValue::Table(_) => (
            format!("{what} has the wrong type"),
            format!("expected {expected}, found {}", shape(node)),
        ),
    };
    Wrong::new(node.span(), message, label, None)
}

fn one_word(node: &Node, found: &str, words: &[Word], key: &str) -> Result<Value, Wrong> {
    if words.iter().any(|word| word.name == found) {
        return Ok(Value::Text(found.to_owned()));
    }
    if let Some(deprecated) = deprecated::found(key, found, words) {
        return Ok(Value::Text(deprecated.new.to_owned()));
    }
    let names: Vec<String> = words.iter().map(|w| format!("\"{}\"", w.name)).collect();
    Err(Wrong::new(
        node.span(),
        format!("`{key}` cannot be \"{found}\""),
        format!("expected {}", either(&names)),
        suggestion(found, words.iter().map(|word| word.name), quoted),
    ))
}

/// Returns which words or records of a union a wrong word may stand for. A path stands for the record of its format.
fn meant(found: &str, kinds: &[Kind]) -> Option<String> {
    let words: Vec<&str> = kinds
        .iter()
        .flat_map(Kind::words)
        .map(|word| word.name)
        .collect();
    let records = records(kinds);
    let ending = Path::new(found).extension();
    if let Some(format) = records
        .iter()
        .find(|name| ending.is_some_and(|of| of == **name))
    {
        return Some(format!("write {{ {format} = {found:?}, target = … }}"));
    }
    let others = records.iter().filter(|name| !words.contains(name));
    let names = words.iter().chain(others).copied();
    suggestion(found, names, |name| match words.contains(&name) {
        true => quoted(name),
        false => format!("{{ {name} = … }}"),
    })
}

/// Returns the names of the records of a union.
fn records(kinds: &[Kind]) -> Vec<&'static str> {
    let firsts = kinds.iter().filter_map(|kind| match kind {
        Kind::Record(fields) => fields.first().map(|field| field.name),
        Kind::Bool
        | Kind::Integer { .. }
        | Kind::Number(_)
        | Kind::Text
        | Kind::Words(_)
        | Kind::List { .. }
        | Kind::Pair
        | Kind::Any(_) => None,
    });
    firsts.collect()
}

fn pair(node: &Node, key: &str) -> Result<Value, Wrong> {
    let bad = || {
        let label = format!("expected {}", Kind::Pair.describe());
        let message = format!("`{key}` is not a valid range");
        Wrong::new(node.span(), message, label, None)
    };
    let ends = node.get_ref().as_array().ok_or_else(bad)?;
    let ends: Option<Vec<f64>> = ends.iter().map(real).collect();
    match ends.as_deref() {
        Some([low, high]) if low.is_finite() && high.is_finite() && low < high => {
            Ok(Value::List(vec![Value::Number(*low), Value::Number(*high)]))
        }
        _ => Err(bad()),
    }
}

/// Reads a record. Orders its fields as in the table of keys, so that equal records are equal values.
fn record(node: &Node, table: &DeTable, fields: &[Field], key: &str) -> Result<Value, Vec<Wrong>> {
    let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
    let (mut items, mut wrong, mut meant) = (Vec::new(), Vec::new(), Vec::new());
    for name in table
        .keys()
        .filter(|name| !names.contains(&name.get_ref().as_ref()))
    {
        let near = similar(name.get_ref(), names.iter().copied());
        let written: Vec<String> = near.iter().map(|near| ticked(near)).collect();
        meant.extend(near);
        wrong.push(Wrong::new(
            name.span(),
            format!("`{key}` has no field `{}`", name.get_ref()),
            format!("expected {}", either(&names)),
            did_you_mean(&written),
        ));
    }
    for field in fields {
        match table.get(field.name) {
            Some(item) => match value(item, &field.kind, &format!("{key}.{}", field.name)) {
                Ok(value) => items.push((field.name.to_owned(), value)),
                Err(more) => wrong.extend(more),
            },
            // The field may be present under a misspelled name.
            None if field.required && !meant.contains(&field.name) => wrong.push(Wrong::new(
                node.span(),
                format!("`{key}` needs `{}`", field.name),
                format!("expected {}", field.kind.describe()),
                Some(format!("`{}`: {}", field.name, field.doc)),
            )),
            None => {}
        }
    }
    none_or(wrong, Value::Table(items))
}

fn no_such_record(node: &Node, table: &DeTable, kinds: &[Kind], key: &str) -> Option<Wrong> {
    let records = records(kinds);
    let (name, _) = table.iter().next().filter(|_| !records.is_empty())?;
    let mut names = table.keys().map(|name| name.get_ref());
    let record = |name: &str| format!("{{ {name} = … }}");
    let meant = names.find_map(|name| suggestion(name, records.iter().copied(), record));
    Some(Wrong::new(
        node.span(),
        format!("`{key}` cannot be {{ {} = … }}", name.get_ref()),
        format!("expected {}", Kind::describe_any(kinds)),
        meant,
    ))
}

/// Returns whether a value has the TOML type of a kind, with any content.
pub(super) fn fits(kind: &Kind, node: &Node) -> bool {
    match (kind, node.get_ref()) {
        (Kind::Bool, DeValue::Boolean(_)) => true,
        (Kind::Integer { .. } | Kind::Number(_), DeValue::Integer(_) | DeValue::Float(_)) => true,
        (Kind::Text | Kind::Words(_), DeValue::String(_)) => true,
        (Kind::List { .. } | Kind::Pair, DeValue::Array(_)) => true,
        (Kind::Record(fields), DeValue::Table(table)) => fields
            .first()
            .is_some_and(|first| table.contains_key(first.name)),
        (Kind::Any(kinds), _) => kinds.iter().any(|kind| fits(kind, node)),
        _ => false,
    }
}

/// Names the type of a TOML value, for use after "found".
pub(crate) fn shape(node: &Node) -> &'static str {
    match node.get_ref() {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a decimal number",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// Returns the `s` of a plural.
pub(crate) fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}
