//! How one key follows from others: defaults, and which keys a cell makes use of.

use super::files;
use super::key::{Default, Key};
use super::keys;
use super::own;
use super::settings::TaskKind;
use super::value::{Value, Values};

/// Generators whose target is a number.
const CURVES: &[&str] = &["sine", "wiggle", "linear", "gaussian"];

/// Keys that say the same thing in two ways: who gives the first set does without the second.
const RIVALS: &[(&[&str], &[&str])] = &[
    (&["depth", "width"], &["hidden"]),
    (&["epochs"], &["steps"]),
    (&["data.folds"], &["data.validation"]),
];

/// What is predicted, as far as the settings tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// A number.
    Number,
    /// One of this many classes.
    Classes(i64),
    /// A file decides, which has not been read.
    Unknown,
    /// Nothing: there are no rows.
    Nothing,
}

/// Fills in what is not given: a default for every key that the cell uses and that has one.
pub fn complete(given: &Values) -> Values {
    let value = |key: &Key| {
        let own = given.get(key.name).cloned();
        own.or_else(|| {
            key.is_used(given)
                .then(|| key.default.value(given))
                .flatten()
        })
    };
    let all = keys::all()
        .iter()
        .filter_map(|key| Some((key.name.to_owned(), value(key)?)));
    Values(all.collect())
}

/// The keys that say in another way what this one says.
pub fn rivals(key: &str) -> &'static [&'static str] {
    RIVALS
        .iter()
        .find_map(
            |(one, other)| match (one.contains(&key), other.contains(&key)) {
                (true, _) => Some(*other),
                (_, true) => Some(*one),
                _ => None,
            },
        )
        .unwrap_or(&[])
}

pub(crate) fn given(values: &Values, key: &str) -> bool {
    values.get(key).is_some()
}

/// A word that is given, else the default that is the same for all.
pub(crate) fn word<'a>(values: &'a Values, key: &str) -> &'a str {
    match values.get(key) {
        Some(Value::Text(word)) => word,
        _ => match keys::find(key).map(|key| key.default) {
            Some(Default::Word(word)) => word,
            _ => "",
        },
    }
}

/// The loss by its name, be it said by a word or by a record.
pub(crate) fn loss(values: &Values) -> &str {
    match values.get("loss") {
        Some(Value::Table(fields)) => fields.first().map_or("", |(name, _)| name),
        _ => word(values, "loss"),
    }
}

/// Whether the loss is one of these, which are for classes, or may become it with what a file holds.
pub(crate) fn may_be_under(values: &Values, losses: &[&str]) -> bool {
    let kind = target_kind(values);
    let open = target(values) == Target::Unknown && kind != Some(TaskKind::Regression);
    let default = || losses.iter().any(|loss| default_loss(values) == text(loss));
    is_network(values)
        && match given(values, "loss") {
            true => losses.contains(&loss(values)),
            false => open || default(),
        }
}

/// A whole number that is given, else its default.
pub(crate) fn count(values: &Values, key: &str) -> Option<i64> {
    let default = || keys::find(key)?.default.value(values);
    match values.get(key).cloned().or_else(default)? {
        Value::Integer(n) => Some(n),
        _ => None,
    }
}

/// A number that is given, else its default.
pub(crate) fn number(values: &Values, key: &str) -> Option<f64> {
    let default = || keys::find(key)?.default.value(values);
    match values.get(key).cloned().or_else(default)? {
        Value::Number(v) => Some(v),
        Value::Integer(v) => Some(v as f64),
        _ => None,
    }
}

/// Name of the generator, `csv` or `npy` for a file, nothing where it is missing.
pub(crate) fn source(values: &Values) -> &str {
    match values.get("data.source") {
        Some(Value::Text(name)) => name,
        Some(file) => format(file).unwrap_or("csv"),
        None if is_risk(values) => "none",
        None => "",
    }
}

pub(crate) fn source_is(values: &Values, names: &[&str]) -> bool {
    names.contains(&source(values))
}

pub(crate) fn has_rows(values: &Values) -> bool {
    !source_is(values, &["none"])
}

pub(crate) fn is_file(values: &Values) -> bool {
    let name = source(values);
    FORMATS.contains(&name) || own::source(name).is_some()
}

/// Formats of data files, each the name of its record's first field.
pub(crate) const FORMATS: [&str; 4] = ["csv", "npy", "npz", "idx"];

/// That of a record that names a data file.
pub(crate) fn format(source: &Value) -> Option<&'static str> {
    let own = own::sources().map(|source| source.name);
    let mut names = FORMATS.into_iter().chain(own);
    names.find(|name| part(source, name).is_some())
}

pub(crate) fn is_generator(values: &Values) -> bool {
    has_rows(values) && !is_file(values)
}

pub(crate) fn is_risk(values: &Values) -> bool {
    matches!(word(values, "model"), "ripples" | "double-well")
}

pub(crate) fn is_network(values: &Values) -> bool {
    !is_risk(values)
}

pub(crate) fn is_mlp(values: &Values) -> bool {
    word(values, "model") == "mlp"
}

/// Whether it is a model that was added.
pub(crate) fn is_own(values: &Values) -> bool {
    own::model(word(values, "model")).is_some()
}

pub(crate) fn is_residual(values: &Values) -> bool {
    word(values, "model") == "residual"
}

/// Whether an update rule of `optimizer` trains it, step by step.
pub(crate) fn is_trained(values: &Values) -> bool {
    solver_is(values, &["none"])
}

/// Whether the weights come out at once: nothing starts, and nothing goes on.
pub(crate) fn is_direct(values: &Values) -> bool {
    solver_is(values, &["normal-equations"])
}

pub(crate) fn solver_is(values: &Values, names: &[&str]) -> bool {
    names.contains(&word(values, "solver"))
}

/// Whether one of these update rules trains it.
pub(crate) fn optimizer_is(values: &Values, names: &[&str]) -> bool {
    is_trained(values) && names.contains(&word(values, "optimizer"))
}

pub(crate) fn target(values: &Values) -> Target {
    match source(values) {
        "none" => Target::Nothing,
        "moons" | "circles" | "xor" => Target::Classes(2),
        "blobs" | "spirals" => {
            count(values, "data.classes").map_or(Target::Unknown, Target::Classes)
        }
        name if CURVES.contains(&name) => Target::Number,
        _ => match (values.get("data.classes"), target_kind(values)) {
            (Some(Value::Integer(n)), _) => Target::Classes(*n),
            (_, Some(TaskKind::Regression)) => Target::Number,
            // A file that has been read has rows.
            _ if given(values, "data.rows") => Target::Number,
            _ => Target::Unknown,
        },
    }
}

/// A part of a record.
pub(crate) fn part<'a>(record: &'a Value, name: &str) -> Option<&'a Value> {
    match record {
        Value::Table(items) => items
            .iter()
            .find(|(of, _)| of == name)
            .map(|(_, value)| value),
        _ => None,
    }
}

/// A word of a record that names a data file.
pub(crate) fn file_field<'a>(source: &'a Value, field: &str) -> Option<&'a str> {
    match part(source, field)? {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

/// The names of what is to be predicted, of a record that names a data file.
pub(crate) fn targets<'a>(source: &'a Value) -> Vec<&'a str> {
    let names = match part(source, "target") {
        Some(Value::List(names)) => names.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    let text = |name: &'a Value| match name {
        Value::Text(text) => Some(text.as_str()),
        _ => None,
    };
    names.iter().filter_map(text).collect()
}

/// What a file is said to hold.
pub(crate) fn target_kind(values: &Values) -> Option<TaskKind> {
    files::task(values.get("data.source")?)
}

/// Number of rows, where the settings or a file tell.
pub(crate) fn rows(values: &Values) -> Option<i64> {
    let rows = match source(values) {
        "none" => None,
        _ if is_file(values) && !given(values, "data.rows") => None,
        _ => count(values, "data.rows"),
    };
    let most = count(values, "data.max_rows").unwrap_or(i64::MAX);
    rows.map(|rows| rows.min(most))
}

/// Number of features, where the settings or a file tell.
pub(crate) fn features(values: &Values) -> Option<i64> {
    match source(values) {
        "sine" | "wiggle" => Some(1),
        "moons" | "circles" | "spirals" | "xor" => Some(2),
        "linear" | "gaussian" | "blobs" => count(values, "data.features"),
        _ if is_file(values) && given(values, "data.features") => count(values, "data.features"),
        _ => None,
    }
}

fn text(word: &str) -> Option<Value> {
    Some(Value::Text(word.to_owned()))
}

pub(super) fn default_source(values: &Values) -> Option<Value> {
    if is_risk(values) { text("none") } else { None }
}

pub(super) fn default_classes(values: &Values) -> Option<Value> {
    Some(Value::Integer(if source(values) == "blobs" {
        3
    } else {
        2
    }))
}

pub(super) fn default_validation(values: &Values) -> Option<Value> {
    (!given(values, "data.folds")).then_some(Value::Number(0.25))
}

/// Share of the rows held out to choose by: that of a fold, or what is said.
pub(crate) fn validation(values: &Values) -> f64 {
    let of = |key| number(values, key).unwrap_or_default();
    match count(values, "data.folds") {
        Some(folds) => (1.0 - of("data.test")) / folds as f64,
        None => of("data.validation"),
    }
}

pub(super) fn default_depth(values: &Values) -> Option<Value> {
    (!given(values, "hidden")).then_some(Value::Integer(2))
}

pub(super) fn default_width(values: &Values) -> Option<Value> {
    (!given(values, "hidden")).then_some(Value::Integer(32))
}

pub(super) fn default_epochs(values: &Values) -> Option<Value> {
    (!given(values, "steps")).then_some(Value::Integer(100))
}

pub(super) fn default_lr(values: &Values) -> Option<Value> {
    match word(values, "solver") {
        "gd" | "sgd" => text("auto"),
        _ if optimizer_is(values, &["rmsprop", "adagrad"]) => Some(Value::Number(1e-2)),
        _ => Some(Value::Number(1e-3)),
    }
}

pub(super) fn default_weight_decay(values: &Values) -> Option<Value> {
    let decoupled = optimizer_is(values, &["adamw"]);
    Some(Value::Number(if decoupled { 0.01 } else { 0.0 }))
}

pub(super) fn default_beta2(values: &Values) -> Option<Value> {
    let short = optimizer_is(values, &["rmsprop"]);
    Some(Value::Number(if short { 0.99 } else { 0.999 }))
}

pub(super) fn default_epsilon(values: &Values) -> Option<Value> {
    let sums = optimizer_is(values, &["adagrad"]);
    Some(Value::Number(if sums { 1e-10 } else { 1e-8 }))
}

pub(super) fn default_gradient_tolerance(values: &Values) -> Option<Value> {
    let alone = !given(values, "excess_tolerance");
    (alone && solver_is(values, &["gd", "newton"])).then_some(Value::Number(1e-6))
}

/// The output bias that a sigmoid needs says nothing here: the loss alone decides.
pub(super) fn default_output(values: &Values) -> Option<Value> {
    let loss = values.get("loss").cloned().or_else(|| default_loss(values));
    match loss {
        Some(Value::Text(loss)) if loss == "bce" => text("sigmoid"),
        Some(Value::Text(loss)) if loss == "cross-entropy" => text("softmax"),
        _ => text("linear"),
    }
}

pub(super) fn default_loss(values: &Values) -> Option<Value> {
    match target(values) {
        Target::Classes(2) => text("bce"),
        Target::Classes(_) => text("cross-entropy"),
        Target::Unknown if target_kind(values) == Some(TaskKind::Classes) => text("cross-entropy"),
        _ => text("mse"),
    }
}

pub(super) fn default_init(values: &Values) -> Option<Value> {
    let start = match word(values, "model") {
        "ripples" => 4.0,
        "double-well" => 2.0,
        _ => return text("torch"),
    };
    Some(Value::Table(vec![(
        "constant".to_owned(),
        Value::Number(start),
    )]))
}
