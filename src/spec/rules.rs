//! Rules between keys: computed defaults, and which keys a cell uses.

use super::files;
use super::key::{Default, Key};
use super::keys;
use super::own;
use super::settings::TaskKind;
use super::value::{Value, Values};

/// Generators with a numeric target.
const CURVES: &[&str] = &["sine", "wiggle", "linear", "gaussian"];

/// Keys that replace each other: a value in the first set removes the default of the second.
const RIVALS: &[(&[&str], &[&str])] = &[
    (&["depth", "width"], &["hidden"]),
    (&["epochs"], &["steps"]),
    (&["data.folds"], &["data.validation"]),
];

/// The target, as far as the settings determine it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// A number.
    Number,
    /// One of this many classes.
    Classes(i64),
    /// Unknown until the data file is read.
    Unknown,
    /// No target, because there are no rows.
    Nothing,
}

/// Adds defaults for all keys that the cell uses.
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

/// Returns the keys that conflict with this one because they set the same thing.
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

/// Returns the given word of a key, or its fixed default.
pub(crate) fn word<'a>(values: &'a Values, key: &str) -> &'a str {
    match values.get(key) {
        Some(Value::Text(word)) => word,
        _ => match keys::find(key).map(|key| key.default) {
            Some(Default::Word(word)) => word,
            _ => "",
        },
    }
}

/// Returns the name of the loss, from a word or a record.
pub(crate) fn loss(values: &Values) -> &str {
    match values.get("loss") {
        Some(Value::Table(fields)) => fields.first().map_or("", |(name, _)| name),
        _ => word(values, "loss"),
    }
}

/// Returns whether the loss is one of these classification losses, or may become one with the contents of a file.
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

/// Returns the given whole number of a key, or its default.
pub(crate) fn count(values: &Values, key: &str) -> Option<i64> {
    let default = || keys::find(key)?.default.value(values);
    match values.get(key).cloned().or_else(default)? {
        Value::Integer(n) => Some(n),
        _ => None,
    }
}

/// Returns the given number of a key, or its default.
pub(crate) fn number(values: &Values, key: &str) -> Option<f64> {
    let default = || keys::find(key)?.default.value(values);
    match values.get(key).cloned().or_else(default)? {
        Value::Number(v) => Some(v),
        Value::Integer(v) => Some(v as f64),
        _ => None,
    }
}

/// Returns the name of the generator, the format of a file, or an empty text.
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

/// Formats of data files, each named by the first field of its record.
pub(crate) const FORMATS: [&str; 4] = ["csv", "npy", "npz", "idx"];

/// Returns the format of a record that names a data file.
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

/// Returns whether the model is a custom one.
pub(crate) fn is_own(values: &Values) -> bool {
    own::model(word(values, "model")).is_some()
}

pub(crate) fn is_residual(values: &Values) -> bool {
    word(values, "model") == "residual"
}

/// Returns whether an optimizer trains it step by step.
pub(crate) fn is_trained(values: &Values) -> bool {
    solver_is(values, &["trainer"])
}

/// Returns whether the weights have a closed form: no initialization, no steps.
pub(crate) fn is_direct(values: &Values) -> bool {
    solver_is(values, &["normal-equations"])
}

pub(crate) fn solver_is(values: &Values, names: &[&str]) -> bool {
    names.contains(&word(values, "solver"))
}

/// Returns whether one of these optimizers trains it.
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
            // A file with known rows has been read.
            _ if given(values, "data.rows") => Target::Number,
            _ => Target::Unknown,
        },
    }
}

/// Returns a field of a record.
pub(crate) fn part<'a>(record: &'a Value, name: &str) -> Option<&'a Value> {
    match record {
        Value::Table(items) => items
            .iter()
            .find(|(of, _)| of == name)
            .map(|(_, value)| value),
        _ => None,
    }
}

/// Returns a string field of a record that names a data file.
pub(crate) fn file_field<'a>(source: &'a Value, field: &str) -> Option<&'a str> {
    match part(source, field)? {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

/// Returns the names of the targets of a record that names a data file.
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

/// Returns the declared or implied kind of target of a file.
pub(crate) fn target_kind(values: &Values) -> Option<TaskKind> {
    files::task(values.get("data.source")?)
}

/// Returns the number of rows, if the settings or a file determine it.
pub(crate) fn rows(values: &Values) -> Option<i64> {
    let rows = match source(values) {
        "none" => None,
        _ if is_file(values) && !given(values, "data.rows") => None,
        _ => count(values, "data.rows"),
    };
    let most = count(values, "data.max_rows").unwrap_or(i64::MAX);
    rows.map(|rows| rows.min(most))
}

/// Returns the number of features, if the settings or a file determine it.
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

/// Returns the share of the validation rows: of a fold, or as given.
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
    let only = !given(values, "excess_tolerance");
    (only && solver_is(values, &["gd", "newton"])).then_some(Value::Number(1e-6))
}

/// A given output does not change the default: only the loss decides.
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
