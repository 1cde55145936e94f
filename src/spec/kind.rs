//! What a key may be: types, ranges, choices and unions, as data that reader, schema and messages
//! share.

use super::value::Value;

/// What values a key takes.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// `true` or `false`.
    Bool,
    /// A whole number, both bounds included.
    Integer {
        /// Smallest.
        least: i64,
        /// Largest; `i64::MAX` for no bound.
        most: i64,
    },
    /// A real number.
    Number(Interval),
    /// Any text.
    Text,
    /// One of some words.
    Words(&'static [Word]),
    /// A list.
    List {
        /// What each item is.
        of: &'static Kind,
        /// Fewest items.
        least: usize,
    },
    /// `[low, high]` with low < high.
    Pair,
    /// An inline table.
    Record(&'static [Field]),
    /// Any one of these, told apart by their TOML shape.
    Any(&'static [Kind]),
}

/// One word of [`Kind::Words`].
#[derive(Debug, Clone, Copy)]
pub struct Word {
    /// As it stands in the file.
    pub name: &'static str,
    /// What it means.
    pub doc: &'static str,
}

/// One field of [`Kind::Record`]; the first of them gives the record its name.
#[derive(Debug)]
pub struct Field {
    /// As it stands in the file.
    pub name: &'static str,
    /// What it means.
    pub doc: &'static str,
    /// What it may be.
    pub kind: Kind,
    /// Whether the record needs it.
    pub required: bool,
}

/// Real numbers between two bounds.
#[derive(Debug, Clone, Copy)]
pub struct Interval {
    /// Lower bound, or minus infinity.
    pub low: f64,
    /// Whether the lower bound itself is allowed.
    pub low_included: bool,
    /// Upper bound, or infinity.
    pub high: f64,
    /// Whether the upper bound itself is allowed.
    pub high_included: bool,
}

/// Every finite number.
pub const REAL: Interval = between(f64::NEG_INFINITY, false, f64::INFINITY, false);
/// Above 0.
pub const POSITIVE: Interval = between(0.0, false, f64::INFINITY, false);
/// 0 and above.
pub const NOT_NEGATIVE: Interval = between(0.0, true, f64::INFINITY, false);
/// From 0 up to, but not including, 1.
pub const BELOW_ONE: Interval = between(0.0, true, 1.0, false);

/// Most rows, epochs, steps: a slip of the finger should not ask for years.
pub const MANY: i64 = 1_000_000_000;

/// An interval by its bounds.
pub const fn between(low: f64, low_included: bool, high: f64, high_included: bool) -> Interval {
    Interval {
        low,
        low_included,
        high,
        high_included,
    }
}

/// A whole number of at least `least` and at most `most`.
pub const fn integer(least: i64, most: i64) -> Kind {
    Kind::Integer { least, most }
}

/// A word and what it means.
pub const fn word(name: &'static str, doc: &'static str) -> Word {
    Word { name, doc }
}

impl Interval {
    /// Whether a number lies within.
    pub fn contains(&self, value: f64) -> bool {
        let above = value > self.low || (self.low_included && value == self.low);
        let below = value < self.high || (self.high_included && value == self.high);
        value.is_finite() && above && below
    }

    fn describe(&self) -> String {
        let low = self.low.is_finite().then(|| {
            let word = if self.low_included {
                "at least"
            } else {
                "above"
            };
            format!("{word} {}", self.low)
        });
        let high = self.high.is_finite().then(|| {
            let word = if self.high_included {
                "at most"
            } else {
                "below"
            };
            format!("{word} {}", self.high)
        });
        let bounds: Vec<String> = low.into_iter().chain(high).collect();
        format!("a number {}", bounds.join(" and "))
            .trim_end()
            .to_owned()
    }
}

impl Kind {
    /// What is expected, in words that fit after "expected".
    pub fn describe(&self) -> String {
        match self {
            Kind::Bool => "true or false".to_owned(),
            Kind::Integer { least, most } if *most == i64::MAX => {
                format!("a whole number of at least {least}")
            }
            Kind::Integer { least, most } => format!("a whole number from {least} to {most}"),
            Kind::Number(interval) => interval.describe(),
            Kind::Text => "text in quotes".to_owned(),
            Kind::Words(_) => either(&self.alternatives()),
            Kind::List { of, .. } => format!("a list, each item of it {}", of.describe()),
            Kind::Pair => "two numbers [low, high] with low < high".to_owned(),
            Kind::Record(fields) => {
                // The others are told where a part is wrong, and in the page of keys.
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

    /// What a union of these expects.
    pub(crate) fn describe_any(kinds: &[Kind]) -> String {
        either(
            &kinds
                .iter()
                .flat_map(Kind::alternatives)
                .collect::<Vec<_>>(),
        )
    }

    /// One description per word and per member of a union.
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

    /// Whether a value that the program itself makes has its type, and lies within its range where it has one.
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

    /// Whether some of its values are numbers, so that bounds and ranges make sense.
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

    /// Whether each of its values is a list.
    pub fn is_list(&self) -> bool {
        matches!(self, Kind::List { .. } | Kind::Pair)
    }
}

/// `a, b or c`.
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
