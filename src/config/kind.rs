//! The values that a key accepts: types, ranges, choices and unions, as data for parser, schema and messages.

use super::value::Value;
pub use crate::words::{Word, word};

/// The values that a key accepts.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// `true` or `false`.
    Bool,
    /// An integer, both bounds included.
    Integer {
        /// Smallest value.
        least: i64,
        /// Largest value; `i64::MAX` for no bound.
        most: i64,
    },
    /// A real number.
    Number(Interval),
    /// A nonempty string.
    Text,
    /// One of some words.
    Words(&'static [Word]),
    /// A list.
    List {
        /// The kind of each item.
        of: &'static Kind,
        /// Minimum number of items.
        least: usize,
    },
    /// `[low, high]` with low < high.
    Pair,
    /// An inline table.
    Record(&'static [Field]),
    /// Any of these kinds, distinguished by their TOML type.
    Any(&'static [Kind]),
}

/// One field of [`Kind::Record`]; the first field names the record.
#[derive(Debug)]
pub struct Field {
    /// The name in the sweep file.
    pub name: &'static str,
    /// A description.
    pub doc: &'static str,
    /// The values that it accepts.
    pub kind: Kind,
    /// Whether the record requires it.
    pub required: bool,
}

/// Real numbers between two bounds.
#[derive(Debug, Clone, Copy)]
pub struct Interval {
    /// Lower bound, or minus infinity.
    pub low: f64,
    /// Whether the lower bound itself is included.
    pub low_included: bool,
    /// Upper bound, or infinity.
    pub high: f64,
    /// Whether the upper bound itself is included.
    pub high_included: bool,
}

/// Every finite number.
pub const REAL: Interval = between(f64::NEG_INFINITY, false, f64::INFINITY, false);
/// Above 0.
pub const POSITIVE: Interval = between(0.0, false, f64::INFINITY, false);
/// 0 and above.
pub const NOT_NEGATIVE: Interval = between(0.0, true, f64::INFINITY, false);
/// From 0, included, to 1, excluded.
pub const BELOW_ONE: Interval = between(0.0, true, 1.0, false);

/// From 0 to 1.
pub const SHARE: Interval = between(0.0, true, 1.0, true);
/// 1 and below.
pub const AT_MOST_ONE: Interval = between(f64::NEG_INFINITY, false, 1.0, true);

/// Maximum number of rows, epochs or steps, so that a typing error does not ask for years of training.
pub const MANY: i64 = 1_000_000_000;

/// Returns an interval by its bounds.
pub const fn between(low: f64, low_included: bool, high: f64, high_included: bool) -> Interval {
    Interval {
        low,
        low_included,
        high,
        high_included,
    }
}

/// Returns the kind of integers from `least` to `most`.
pub const fn integer(least: i64, most: i64) -> Kind {
    Kind::Integer { least, most }
}

impl Interval {
    /// Returns whether a number lies within.
    pub fn contains(&self, value: f64) -> bool {
        let above = value > self.low || (self.low_included && value == self.low);
        let below = value < self.high || (self.high_included && value == self.high);
        value.is_finite() && above && below
    }

    /// Describes its numbers after a noun: `a number of at least 0 and below 1`.
    pub(super) fn describe(&self, noun: &str) -> String {
        let low = self.low.is_finite().then(|| {
            let word = if self.low_included {
                "of at least"
            } else {
                "above"
            };
            format!("{word} {}", self.low)
        });
        let high = self.high.is_finite().then(|| {
            let word = match (self.high_included, &low) {
                (true, Some(_)) => "at most",
                (true, None) => "of at most",
                (false, _) => "below",
            };
            format!("{word} {}", self.high)
        });
        let bounds: Vec<String> = low.into_iter().chain(high).collect();
        format!("{noun} {}", bounds.join(" and "))
            .trim_end()
            .to_owned()
    }
}

impl Kind {
    /// Describes what is expected, in words that fit after "expected".
    pub fn describe(&self) -> String {
        match self {
            Kind::Bool => "true or false".to_owned(),
            Kind::Integer { least, most } if *most == i64::MAX => {
                format!("an integer of at least {least}")
            }
            Kind::Integer { least, most } => format!("an integer from {least} to {most}"),
            Kind::Number(interval) => interval.describe("a number"),
            Kind::Text => "a string in quotes".to_owned(),
            Kind::Words(_) => either(&self.alternatives()),
            Kind::List { of, .. } => format!("a list of {}", of.describe_items()),
            Kind::Pair => "two numbers [low, high] with low < high".to_owned(),
            Kind::Record(fields) => {
                // Optional fields are listed in the docs, and in the error of a wrong field.
                let required = fields.iter().filter(|field| field.required);
                let mut shown: Vec<String> = required.map(|f| format!("{} = …", f.name)).collect();
                if shown.len() < fields.len() {
                    shown.push("…".to_owned());
                }
                format!("{{ {} }}", shown.join(", "))
            }
            Kind::Any(_) => either(&self.alternatives()),
        }
    }

    /// Describes several of these as the items of a list.
    fn describe_items(&self) -> String {
        match self {
            Kind::Integer { least, most } if *most == i64::MAX => {
                format!("integers of at least {least}")
            }
            Kind::Integer { least, most } => format!("integers from {least} to {most}"),
            Kind::Number(interval) => interval.describe("numbers"),
            Kind::Text => "strings in quotes".to_owned(),
            Kind::Bool
            | Kind::Words(_)
            | Kind::List { .. }
            | Kind::Pair
            | Kind::Record(_)
            | Kind::Any(_) => self.describe(),
        }
    }

    /// Describes what a union of these expects.
    pub(crate) fn describe_any(kinds: &[Kind]) -> String {
        either(
            &kinds
                .iter()
                .flat_map(Kind::alternatives)
                .collect::<Vec<_>>(),
        )
    }

    /// Returns one description per word and per member of a union.
    fn alternatives(&self) -> Vec<String> {
        match self {
            Kind::Words(words) => words.iter().map(|w| format!("\"{}\"", w.name)).collect(),
            Kind::Any(kinds) => kinds.iter().flat_map(Kind::alternatives).collect(),
            Kind::Bool
            | Kind::Integer { .. }
            | Kind::Number(_)
            | Kind::Text
            | Kind::List { .. }
            | Kind::Pair
            | Kind::Record(_) => vec![self.describe()],
        }
    }

    /// Returns whether a computed value has the right type, and lies within the range of numbers or words.
    pub fn admits(&self, value: &Value) -> bool {
        match (self, value) {
            (Kind::Integer { least, most }, Value::Integer(v)) => (*least..=*most).contains(v),
            (Kind::Number(interval), Value::Number(v)) => interval.contains(*v),
            (Kind::Any(kinds), _) => kinds.iter().any(|kind| kind.admits(value)),
            (Kind::Words(words), Value::Text(text)) => words.iter().any(|word| word.name == text),
            (Kind::Bool, Value::Bool(_))
            | (Kind::Text, Value::Text(_))
            | (Kind::List { .. } | Kind::Pair, Value::List(_))
            | (Kind::Record(_), Value::Table(_)) => true,
            (
                Kind::Integer { .. }
                | Kind::Number(_)
                | Kind::Words(_)
                | Kind::Bool
                | Kind::Text
                | Kind::List { .. }
                | Kind::Pair
                | Kind::Record(_),
                _,
            ) => false,
        }
    }

    /// Returns whether it accepts numbers, so that bounds and ranges make sense.
    pub fn is_numeric(&self) -> bool {
        match self {
            Kind::Integer { .. } | Kind::Number(_) => true,
            Kind::Any(kinds) => kinds.iter().any(Kind::is_numeric),
            Kind::Bool
            | Kind::Text
            | Kind::Words(_)
            | Kind::List { .. }
            | Kind::Pair
            | Kind::Record(_) => false,
        }
    }

    /// Returns the words that it accepts.
    pub fn words(&self) -> Vec<&'static Word> {
        match self {
            Kind::Words(words) => words.iter().collect(),
            Kind::Any(kinds) => kinds.iter().flat_map(Kind::words).collect(),
            Kind::Bool
            | Kind::Integer { .. }
            | Kind::Number(_)
            | Kind::Text
            | Kind::List { .. }
            | Kind::Pair
            | Kind::Record(_) => Vec::new(),
        }
    }

    /// Returns whether all of its values are lists.
    pub fn is_list(&self) -> bool {
        matches!(self, Kind::List { .. } | Kind::Pair)
    }
}

/// Joins items as `a, b or c`.
pub(crate) fn either<S: AsRef<str>>(items: &[S]) -> String {
    match items {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} or {}", first.join(", "), last.as_ref())
        }
    }
}
