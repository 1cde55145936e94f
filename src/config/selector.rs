//! Reads `where = { … }` and bounds such as `{ above = 0, at_most = 1 }`.

use super::convert::{self, Node, real, shape};
use super::reader::{Reader, Section};
use super::registry::Key;
use super::suggest::{suggestion, ticked};
use super::sweep::{Bounds, Condition, Selector};
use crate::config::value_error::{Wrong, all, none_or};
use crate::words::words;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

words! {
    /// A bound of a number.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum Bound {
        Above = "above", "greater than";
        Below = "below", "less than";
        AtLeast = "at_least", "greater than or equal to";
        AtMost = "at_most", "less than or equal to";
    }
}

/// What a table of bounds contains.
const EXPECTED: &str = "expected above, below, at_least or at_most";

/// Reads a `where`. Leaves out invalid conditions.
pub(crate) fn selector(reader: &mut Reader, node: &Node) -> Selector {
    let Some(table) = reader.table(node, "`where`") else {
        return Selector::default();
    };
    let mut conditions = Vec::new();
    for entry in reader.entries(table) {
        let Some(key) = reader.key(Section::Full, &entry.name, entry.span) else {
            continue;
        };
        let read = condition(entry.node, key);
        if let Some(condition) = reader.check_key(key, read) {
            conditions.push((key.name.to_owned(), condition));
        }
    }
    Selector(conditions)
}

/// Reads one value, a list of values, or bounds.
fn condition(node: &Node, key: &Key) -> Result<Condition, Vec<Wrong>> {
    let one = |node: &Node| convert::value(node, &key.kind, key.name);
    match node.get_ref() {
        DeValue::Table(table) if key.kind.is_numeric() => {
            Ok(Condition::Within(bounds(node, table, key.name)?))
        }
        DeValue::Array(items) if !key.kind.is_list() => {
            if items.is_empty() {
                return Err(Wrong::new(
                    node.span(),
                    format!("the condition on `{}` is an empty list", key.name),
                    "expected at least one value",
                    Some("list the values to match".to_owned()),
                )
                .into());
            }
            Ok(Condition::OneOf(all(items.iter().map(one))?))
        }
        // Values of this key are lists, so a list of lists is several values.
        DeValue::Array(items)
            if !items.is_empty() && items.iter().all(|item| item.get_ref().is_array()) =>
        {
            Ok(Condition::OneOf(all(items.iter().map(one))?))
        }
        DeValue::String(_)
        | DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_)
        | DeValue::Array(_)
        | DeValue::Table(_) => Ok(Condition::OneOf(vec![one(node)?])),
    }
}

/// Reads bounds.
pub(crate) fn bounds(node: &Node, table: &DeTable, key: &str) -> Result<Bounds, Vec<Wrong>> {
    let (mut bounds, mut wrong) = (Bounds::default(), Vec::new());
    for (name, node) in table {
        let bound = match Bound::of(name.get_ref()) {
            Some(Bound::Above) => &mut bounds.above,
            Some(Bound::Below) => &mut bounds.below,
            Some(Bound::AtLeast) => &mut bounds.at_least,
            Some(Bound::AtMost) => &mut bounds.at_most,
            None => {
                wrong.push(unknown_bound(name));
                continue;
            }
        };
        *bound = real(node).filter(|v| v.is_finite());
        if bound.is_none() {
            let bound = name.get_ref();
            wrong.push(Wrong::new(
                node.span(),
                format!("the bound `{bound}` of `{key}` has the wrong type"),
                format!("expected a finite number, found {}", shape(node)),
                None,
            ));
        }
    }
    if table.is_empty() {
        wrong.push(Wrong::new(
            node.span(),
            format!("`{key}` has no bounds"),
            EXPECTED,
            Some("for example, write { below = 0.1 }".to_owned()),
        ));
    }
    if let Some(help) = is_empty(&bounds) {
        wrong.push(Wrong::new(
            node.span(),
            format!("no number is within the bounds of `{key}`"),
            "the lower bound is not below the upper bound",
            Some(help.to_owned()),
        ));
    }
    none_or(wrong, bounds)
}

fn unknown_bound(name: &Spanned<DeString>) -> Wrong {
    let names = Bound::ALL.map(Bound::name);
    Wrong::new(
        name.span(),
        format!("unknown bound `{}`", name.get_ref()),
        EXPECTED,
        suggestion(name.get_ref(), names, ticked),
    )
}

/// Returns what to do about bounds that no number meets.
fn is_empty(bounds: &Bounds) -> Option<&'static str> {
    let lower = [(bounds.above, false), (bounds.at_least, true)];
    let upper = [(bounds.below, false), (bounds.at_most, true)];
    let pairs = lower.iter().flat_map(|low| upper.map(|high| (*low, high)));
    let mut met = pairs.filter_map(|((low, low_included), (high, high_included))| {
        let (low, high) = (low?, high?);
        match low == high {
            true if low_included && high_included => None,
            true => Some("widen them, or use `at_least` and `at_most` for this one number"),
            false => (low > high).then_some("swap them"),
        }
    });
    met.next()
}
