//! Reads ranges, `{ log = [a, b], n = k }` and `{ linear = [a, b], n = k }`, as values or as their ends.

use super::convert::{self, Node, real, shape, whole};
use super::kind::Kind;
use super::registry::{Key, in_toml};
use super::sweep::Range;
use super::value::Value;
use crate::config::value_error::Wrong;
use toml::de::DeTable;

/// Reads the values of `{ log = [a, b], n = k }` or `{ linear = [a, b], n = k }`, both ends included.
pub(crate) fn range(
    node: &Node,
    table: &DeTable,
    key: &Key,
    cap: usize,
) -> Result<Vec<Value>, Vec<Wrong>> {
    let name = key.name;
    let (log, at, mut wrong) = parts(node, table, key)?;
    match (
        two_ends(at, log, name),
        number_of_values(node, table, cap, name),
    ) {
        (Ok((a, b)), Ok(n)) if wrong.is_empty() => {
            let values: Vec<f64> = (0..n).map(|i| spaced(a, b, i, n, log)).collect();
            let typed = values.iter().map(|value| typed(key, *value));
            let typed: Result<Vec<Value>, f64> = typed.collect();
            typed.map_err(|value| not_accepted(at, key, value, rounded(key, &values)).into())
        }
        (ends, n) => {
            wrong.extend(ends.err());
            wrong.extend(n.err());
            Err(wrong)
        }
    }
}

/// Reads the ends of a range with sampled values. Its `n` is optional and ignored.
pub(crate) fn ends(node: &Node, table: &DeTable, key: &Key) -> Result<Range, Vec<Wrong>> {
    let (log, at, mut wrong) = parts(node, table, key)?;
    let (a, b) = match two_ends(at, log, key.name) {
        Ok(ends) if wrong.is_empty() => ends,
        ends => {
            wrong.extend(ends.err());
            return Err(wrong);
        }
    };
    let (low, high) = (a.min(b), a.max(b));
    let read = |end| typed(key, end).map_err(|end| not_accepted(at, key, end, None));
    let ends = [read(low)?, read(high)?];
    Ok(Range {
        low,
        high,
        log,
        whole: matches!(ends[0], Value::Integer(_)),
    })
}

/// Returns whether a range is logarithmic, the node of its ends, and errors of unknown fields.
fn parts<'t, 'i>(
    node: &'t Node<'i>,
    table: &'t DeTable<'i>,
    key: &Key,
) -> Result<(bool, &'t Node<'i>, Vec<Wrong>), Vec<Wrong>> {
    let name = key.name;
    if !key.kind.is_numeric() {
        let message = format!("`{name}` is not numeric and cannot have a range");
        return Err(Wrong::new(node.span(), message, "expected a list of values", None).into());
    }
    let log = table.contains_key("log");
    let which = if log { "log" } else { "linear" };
    let extra = table
        .keys()
        .filter(|k| !["n", which].contains(&k.get_ref().as_ref()));
    let wrong = extra.map(|extra| {
        let message = format!("unknown field `{}` of a range", extra.get_ref());
        let label = "expected { log = [a, b], n = k } or { linear = [a, b], n = k }";
        Wrong::new(extra.span(), message, label, None)
    });
    Ok((log, table.get(which).unwrap_or(node), wrong.collect()))
}

/// Returns the two ends of a range.
fn two_ends(node: &Node, log: bool, name: &str) -> Result<(f64, f64), Wrong> {
    let above = if log { " above 0" } else { "" };
    let wrong = |message: &str, label: String, help: Option<String>| {
        let message = format!("the range of `{name}` {message}");
        Wrong::new(node.span(), message, label, help)
    };
    let expected = || format!("expected two different numbers{above}, such as [0.001, 1.0]");
    let Some(items) = node.get_ref().as_array() else {
        let label = format!("{}, found {}", expected(), shape(node));
        return Err(wrong("has the wrong type", label, None));
    };
    let values: Option<Vec<f64>> = items.iter().map(real).collect();
    let values = values.filter(|values| values.iter().all(|v| v.is_finite()));
    match values.as_deref() {
        Some([a, b]) if a == b => Err(wrong("has two equal ends", expected(), None)),
        Some([a, b]) if log && a.min(*b) <= 0.0 => {
            let message = format!("starts at {}", a.min(*b));
            let help = "raise the lower end, or use a linear range".to_owned();
            let label = "a log range must start above 0".to_owned();
            Err(wrong(&message, label, Some(help)))
        }
        Some([a, b]) => Ok((*a, *b)),
        Some(values @ [_, _, _, ..]) => {
            let values: Vec<String> = values.iter().map(f64::to_string).collect();
            let label = format!("expected two ends, found {} values", values.len());
            let help = match values.len() {
                3..=8 => format!(
                    "to list values, write {} = [{}]",
                    in_toml(name),
                    values.join(", ")
                ),
                _ => format!("to list values, write {} = […]", in_toml(name)),
            };
            Err(wrong("needs two ends", label, Some(help)))
        }
        Some(_) => Err(wrong("needs two ends", expected(), None)),
        None => Err(wrong(
            "has an end that is not a finite number",
            expected(),
            None,
        )),
    }
}

fn number_of_values(node: &Node, table: &DeTable, cap: usize, name: &str) -> Result<usize, Wrong> {
    let Some(n) = table.get("n") else {
        let message = format!("the range of `{name}` needs `n`");
        let label = "expected `n`, the number of values";
        let help = "add n = 5, for example, or sample its values with [sample]".to_owned();
        return Err(Wrong::new(node.span(), message, label, Some(help)));
    };
    match whole(n) {
        Some(k) if k >= 2 && k as u64 <= cap as u64 => Ok(k as usize),
        _ => {
            let what = format!("`n` of the range of `{name}`");
            let expected = format!("an integer from 2 to {cap} (`max_cells`)");
            Err(convert::not_accepted(n, &what, &expected))
        }
    }
}

/// Returns value i of n from a to b, rounded to 12 significant digits so that it equals the number as one would write
/// it. The ends are exact.
fn spaced(a: f64, b: f64, i: usize, n: usize, log: bool) -> f64 {
    if i == 0 || i == n - 1 {
        return if i == 0 { a } else { b };
    }
    let t = i as f64 / (n - 1) as f64;
    let exact = if log {
        10f64.powf(a.log10() + t * (b.log10() - a.log10()))
    } else {
        // The midpoint of −1 and 1 is 0, not its rounding error.
        let v = a + t * (b - a);
        if v.abs() < 1e-12 * a.abs().max(b.abs()) {
            0.0
        } else {
            v
        }
    };
    format!("{exact:.11e}").parse().unwrap_or(exact)
}

/// Returns a number of a range as a value of its key, or the number if the key does not accept it.
fn typed(key: &Key, value: f64) -> Result<Value, f64> {
    fn fits(kind: &Kind, value: f64) -> Option<Value> {
        match kind {
            Kind::Number(interval) => interval.contains(value).then_some(Value::Number(value)),
            Kind::Integer { least, most } => {
                let whole = value as i64;
                let fine = value.fract() == 0.0 && (*least..=*most).contains(&whole);
                fine.then_some(Value::Integer(whole))
            }
            Kind::Any(kinds) => kinds.iter().find_map(|kind| fits(kind, value)),
            Kind::Bool
            | Kind::Text
            | Kind::Words(_)
            | Kind::List { .. }
            | Kind::Pair
            | Kind::Record(_) => None,
        }
    }
    fits(&key.kind, value).ok_or(value)
}

/// Returns the error of a number of a range that its key does not accept. `list` has values that it accepts.
fn not_accepted(ends: &Node, key: &Key, value: f64, list: Option<String>) -> Wrong {
    let help = match list {
        Some(list) => format!("list the rounded values: {} = [{list}]", in_toml(key.name)),
        None => "use other ends or another `n`, or list the values".to_owned(),
    };
    Wrong::new(
        ends.span(),
        format!("the range of `{}` contains {value}", key.name),
        format!("expected every value to be {}", key.kind.describe()),
        Some(help),
    )
}

/// Returns the values of a range, rounded to integers, if its key accepts them and they are few.
fn rounded(key: &Key, values: &[f64]) -> Option<String> {
    const MOST: usize = 12;
    let mut rounded: Vec<f64> = values.iter().map(|value| value.round()).collect();
    rounded.dedup();
    let fine = values.len() <= MOST && rounded.iter().all(|value| typed(key, *value).is_ok());
    let texts: Vec<String> = rounded.iter().map(f64::to_string).collect();
    fine.then(|| texts.join(", "))
}
