//! Reads ranges, `{ log = [a, b], n = k }` and `{ linear = [a, b], n = k }`, as points or as their ends.

use super::convert::{Node, real, whole};
use super::key::Key;
use super::kind::Kind;
use super::sweep::Range;
use super::value::Value;
use super::wrong::Wrong;
use toml::de::DeTable;

/// Reads the points of `{ log = [a, b], n = k }` or `{ linear = [a, b], n = k }`, both ends included.
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
        number_of_points(node, table, cap, name),
    ) {
        (Ok((a, b)), Ok(n)) if wrong.is_empty() => (0..n)
            .map(|i| Ok(point(at, key, spaced(a, b, i, n, log))?))
            .collect(),
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
    let points = [point(at, key, a.min(b))?, point(at, key, a.max(b))?];
    Ok(Range {
        low: a.min(b),
        high: a.max(b),
        log,
        whole: matches!(points[0], Value::Integer(_)),
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

fn two_ends(node: &Node, log: bool, name: &str) -> Result<(f64, f64), Wrong> {
    let list = node.get_ref().as_array();
    let values: Option<Vec<f64>> = list.and_then(|list| list.iter().map(real).collect());
    let finite = |v: &f64| v.is_finite();
    match *values.unwrap_or_default() {
        [a, b] if finite(&a) && finite(&b) && a != b => {
            if log && a.min(b) <= 0.0 {
                let message = format!("the range of `{name}` starts at {}", a.min(b));
                let help = "raise the lower end, or use a linear range".to_owned();
                let label = "a log range must start above 0";
                return Err(Wrong::new(node.span(), message, label, Some(help)));
            }
            Ok((a, b))
        }
        _ => {
            let above = if log { " above 0" } else { "" };
            let message = format!("the range of `{name}` needs two different ends");
            let label = format!("expected two different numbers{above}");
            Err(Wrong::new(node.span(), message, label, None))
        }
    }
}

fn number_of_points(node: &Node, table: &DeTable, cap: usize, name: &str) -> Result<usize, Wrong> {
    let Some(n) = table.get("n") else {
        let message = format!("the range of `{name}` needs `n`");
        let label = "expected `n`, the number of points";
        return Err(Wrong::new(node.span(), message, label, None));
    };
    match whole(n) {
        Some(k) if k >= 2 && k as u64 <= cap as u64 => Ok(k as usize),
        _ => {
            let message = format!("`n` of the range of `{name}` is out of range");
            let label = format!("expected a whole number from 2 to {cap} (`max_cells`)");
            Err(Wrong::new(n.span(), message, label, None))
        }
    }
}

/// Returns point i of n from a to b, rounded to 12 significant digits so that it equals the number as one would write
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

/// Returns a point of a range as a value of its key.
fn point(ends: &Node, key: &Key, value: f64) -> Result<Value, Wrong> {
    fn fits(kind: &Kind, value: f64) -> Option<Value> {
        match kind {
            Kind::Number(interval) => interval.contains(value).then_some(Value::Number(value)),
            Kind::Integer { least, most } => {
                let whole = value as i64;
                let fine = value.fract() == 0.0 && (*least..=*most).contains(&whole);
                fine.then_some(Value::Integer(whole))
            }
            Kind::Any(kinds) => kinds.iter().find_map(|kind| fits(kind, value)),
            _ => None,
        }
    }
    fits(&key.kind, value).ok_or_else(|| {
        Wrong::new(
            ends.span(),
            format!("the range of `{}` contains {value}", key.name),
            format!("expected every point to be {}", key.kind.describe()),
            Some("use other ends or another `n`, or list the values".to_owned()),
        )
    })
}
