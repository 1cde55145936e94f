//! Describes expectations in words, for blocks without a name.

use super::kind::either;
use super::sweep::{Bounds, Condition, Expectation, ExpectationCheck};
use super::value::Value;

/// Returns a name for a block without one, such as `lr < 0.001: skill < 0.6`.
pub(crate) fn describe(expectation: &Expectation) -> String {
    let conditions: Vec<String> = expectation
        .selector
        .0
        .iter()
        .map(|(key, c)| condition(key, c))
        .collect();
    let checks: Vec<String> = expectation.checks.iter().map(check).collect();
    let cells = if conditions.is_empty() {
        "every cell".to_owned()
    } else {
        conditions.join(", ")
    };
    format!("{cells}: {}", checks.join(", "))
}

/// Describes a condition in words.
pub fn condition(key: &str, condition: &Condition) -> String {
    match condition {
        Condition::Within(bounds) => within(key, bounds),
        Condition::OneOf(values) => {
            let values: Vec<String> = values.iter().map(Value::to_string).collect();
            format!("{key} {}", either(&values))
        }
    }
}

fn within(key: &str, bounds: &Bounds) -> String {
    let part = |sign: &str, bound: Option<f64>| {
        bound.map(|b| format!("{key} {sign} {}", Value::Number(b)))
    };
    let parts = [
        part(">", bounds.above),
        part("≥", bounds.at_least),
        part("<", bounds.below),
        part("≤", bounds.at_most),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    parts.join(", ")
}

fn check(check: &ExpectationCheck) -> String {
    match check {
        ExpectationCheck::Bound { quantity, bounds } => within(quantity.name(), bounds),
        ExpectationCheck::Outcome(names) => {
            let names: Vec<&str> = names.iter().map(|name| name.name()).collect();
            either(&names)
        }
        ExpectationCheck::Diagnosis(codes) => {
            let names: Vec<&str> = codes.iter().map(|code| code.name()).collect();
            either(&names)
        }
        ExpectationCheck::FixedBy(kind) => format!("fixed by {kind}"),
        ExpectationCheck::BetterThan { other, quantity } => {
            let other: Vec<String> = other
                .iter()
                .map(|(key, value)| format!("{key} {value}"))
                .collect();
            format!(
                "better than with {} in {}",
                other.join(", "),
                quantity.name()
            )
        }
    }
}
