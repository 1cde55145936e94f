//! How one key follows from others: defaults, and which keys a cell makes use of.

use super::choices::{
    FormatName, InitName, LossName, ModelName, OptimizerName, RateName, SolverName, SourceName,
};
use super::files;
use super::key::{Default, Key};
use super::keys;
use super::own;
use super::settings::{OutputActivation, TaskKind};
use super::value::{Value, Values};

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

/// The loss, whether a word or a record says it; none of one that is not given.
pub(crate) fn loss(values: &Values) -> Option<LossName> {
    LossName::of(match values.get("loss")? {
        Value::Table(fields) => fields.first().map_or("", |(name, _)| name),
        Value::Text(word) => word,
        Value::Bool(_) | Value::Integer(_) | Value::Number(_) | Value::List(_) => "",
    })
}

/// Whether the loss is one of these, which are for classes, or may become it with what a file holds.
pub(crate) fn may_be_under(values: &Values, losses: &[LossName]) -> bool {
    let kind = target_kind(values);
    let open = target(values) == Target::Unknown && kind != Some(TaskKind::Regression);
    is_network(values)
        && match given(values, "loss") {
            true => loss(values).is_some_and(|loss| losses.contains(&loss)),
            false => open || losses.contains(&usual_loss(values)),
        }
}

/// A whole number that is given, else its default.
pub(crate) fn count(values: &Values, key: &str) -> Option<i64> {
    let default = || keys::find(key)?.default.value(values);
    values.get(key).cloned().or_else(default)?.integer()
}

/// A number that is given, else its default.
pub(crate) fn number(values: &Values, key: &str) -> Option<f64> {
    let default = || keys::find(key)?.default.value(values);
    values.get(key).cloned().or_else(default)?.number()
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

/// The generator of the rows; none of a file, of a custom source, and where it is missing.
pub(crate) fn generator(values: &Values) -> Option<SourceName> {
    SourceName::of(source(values))
}

pub(crate) fn source_is(values: &Values, names: &[SourceName]) -> bool {
    generator(values).is_some_and(|name| names.contains(&name))
}

pub(crate) fn has_rows(values: &Values) -> bool {
    !source_is(values, &[SourceName::None])
}

pub(crate) fn is_file(values: &Values) -> bool {
    let name = source(values);
    FormatName::of(name).is_some() || own::source(name).is_some()
}

/// The name of the format of a record that names a data file, or of the custom source that the record is for.
pub(crate) fn format(source: &Value) -> Option<&'static str> {
    let own = own::sources().map(|source| source.name);
    let mut names = FormatName::ALL.map(FormatName::name).into_iter().chain(own);
    names.find(|name| part(source, name).is_some())
}

pub(crate) fn is_generator(values: &Values) -> bool {
    has_rows(values) && !is_file(values)
}

/// The model; none of a custom one.
pub(crate) fn model(values: &Values) -> Option<ModelName> {
    ModelName::of(word(values, "model"))
}

pub(crate) fn is_risk(values: &Values) -> bool {
    match model(values) {
        Some(ModelName::Ripples | ModelName::DoubleWell) => true,
        Some(ModelName::Linear | ModelName::Mlp | ModelName::Residual) | None => false,
    }
}

pub(crate) fn is_network(values: &Values) -> bool {
    !is_risk(values)
}

pub(crate) fn is_mlp(values: &Values) -> bool {
    model(values) == Some(ModelName::Mlp)
}

/// Whether it is a model that was added.
pub(crate) fn is_own(values: &Values) -> bool {
    own::model(word(values, "model")).is_some()
}

pub(crate) fn is_residual(values: &Values) -> bool {
    model(values) == Some(ModelName::Residual)
}

/// Whether an update rule of `optimizer` trains it, step by step.
pub(crate) fn is_trained(values: &Values) -> bool {
    solver_is(values, &[SolverName::None])
}

/// Whether the weights come out at once: nothing starts, and nothing goes on.
pub(crate) fn is_direct(values: &Values) -> bool {
    solver_is(values, &[SolverName::NormalEquations])
}

/// What finds the weights.
pub(crate) fn solver(values: &Values) -> Option<SolverName> {
    SolverName::of(word(values, "solver"))
}

pub(crate) fn solver_is(values: &Values, names: &[SolverName]) -> bool {
    solver(values).is_some_and(|name| names.contains(&name))
}

/// The update rule.
pub(crate) fn optimizer(values: &Values) -> Option<OptimizerName> {
    OptimizerName::of(word(values, "optimizer"))
}

/// Whether one of these update rules trains it.
pub(crate) fn optimizer_is(values: &Values, names: &[OptimizerName]) -> bool {
    is_trained(values) && optimizer(values).is_some_and(|name| names.contains(&name))
}

pub(crate) fn target(values: &Values) -> Target {
    use SourceName::*;
    match generator(values) {
        Some(None) => Target::Nothing,
        Some(Moons | Circles | Xor) => Target::Classes(2),
        Some(Blobs | Spirals) => {
            count(values, "data.classes").map_or(Target::Unknown, Target::Classes)
        }
        Some(Sine | Wiggle | Linear | Gaussian) => Target::Number,
        Option::None => match (values.get("data.classes"), target_kind(values)) {
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
        Value::Bool(_) | Value::Integer(_) | Value::Number(_) | Value::Text(_) | Value::List(_) => {
            None
        }
    }
}

/// A word of a record that names a data file.
pub(crate) fn file_field<'a>(source: &'a Value, field: &str) -> Option<&'a str> {
    part(source, field)?.text()
}

/// The names of what is to be predicted, of a record that names a data file.
pub(crate) fn targets(source: &Value) -> Vec<&str> {
    let names = match part(source, "target") {
        Some(Value::List(names)) => names.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    names.iter().filter_map(Value::text).collect()
}

/// What a file is said to hold.
pub(crate) fn target_kind(values: &Values) -> Option<TaskKind> {
    files::task(values.get("data.source")?)
}

/// Number of rows, where the settings or a file tell.
pub(crate) fn rows(values: &Values) -> Option<i64> {
    let rows = match generator(values) {
        Some(SourceName::None) => None,
        _ if is_file(values) && !given(values, "data.rows") => None,
        _ => count(values, "data.rows"),
    };
    let most = count(values, "data.max_rows").unwrap_or(i64::MAX);
    rows.map(|rows| rows.min(most))
}

/// Number of features, where the settings or a file tell.
pub(crate) fn features(values: &Values) -> Option<i64> {
    use SourceName::*;
    match generator(values) {
        Some(None) => Option::None,
        Some(Sine | Wiggle) => Some(1),
        Some(Moons | Circles | Spirals | Xor) => Some(2),
        Some(Linear | Gaussian | Blobs) => count(values, "data.features"),
        Option::None if is_file(values) && given(values, "data.features") => {
            count(values, "data.features")
        }
        Option::None => Option::None,
    }
}

fn text(word: &str) -> Option<Value> {
    Some(Value::Text(word.to_owned()))
}

pub(super) fn default_source(values: &Values) -> Option<Value> {
    if is_risk(values) {
        text(SourceName::None.name())
    } else {
        None
    }
}

pub(super) fn default_classes(values: &Values) -> Option<Value> {
    let blobs = source_is(values, &[SourceName::Blobs]);
    Some(Value::Integer(if blobs { 3 } else { 2 }))
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
    use OptimizerName::{AdaGrad, Adam, AdamW, RmsProp, Sgd};
    match (solver(values), optimizer(values)) {
        (Some(SolverName::Gd | SolverName::Sgd), _) => text(RateName::Auto.name()),
        (Some(SolverName::None), Some(RmsProp | AdaGrad)) => Some(Value::Number(1e-2)),
        (Some(SolverName::None), Some(Sgd | Adam | AdamW) | None)
        | (Some(SolverName::NormalEquations | SolverName::Newton) | None, _) => {
            Some(Value::Number(1e-3))
        }
    }
}

pub(super) fn default_weight_decay(values: &Values) -> Option<Value> {
    let decoupled = optimizer_is(values, &[OptimizerName::AdamW]);
    Some(Value::Number(if decoupled { 0.01 } else { 0.0 }))
}

pub(super) fn default_beta2(values: &Values) -> Option<Value> {
    let short = optimizer_is(values, &[OptimizerName::RmsProp]);
    Some(Value::Number(if short { 0.99 } else { 0.999 }))
}

pub(super) fn default_epsilon(values: &Values) -> Option<Value> {
    let sums = optimizer_is(values, &[OptimizerName::AdaGrad]);
    Some(Value::Number(if sums { 1e-10 } else { 1e-8 }))
}

pub(super) fn default_gradient_tolerance(values: &Values) -> Option<Value> {
    let alone = !given(values, "excess_tolerance");
    (alone && solver_is(values, &[SolverName::Gd, SolverName::Newton]))
        .then_some(Value::Number(1e-6))
}

/// The output bias that a sigmoid needs says nothing here: the loss alone decides.
pub(super) fn default_output(values: &Values) -> Option<Value> {
    let loss = match given(values, "loss") {
        true => loss(values),
        false => Some(usual_loss(values)),
    };
    let output = match loss {
        Some(LossName::Bce) => OutputActivation::Sigmoid,
        Some(LossName::CrossEntropy) => OutputActivation::Softmax,
        Some(LossName::Mse | LossName::Mae | LossName::Huber) | None => OutputActivation::Linear,
    };
    text(output.name())
}

pub(super) fn default_loss(values: &Values) -> Option<Value> {
    text(usual_loss(values).name())
}

/// The loss of a cell that gives none.
fn usual_loss(values: &Values) -> LossName {
    match target(values) {
        Target::Classes(2) => LossName::Bce,
        Target::Classes(_) => LossName::CrossEntropy,
        Target::Unknown if target_kind(values) == Some(TaskKind::Classes) => LossName::CrossEntropy,
        Target::Unknown | Target::Number | Target::Nothing => LossName::Mse,
    }
}

pub(super) fn default_init(values: &Values) -> Option<Value> {
    let start = match model(values) {
        Some(ModelName::Ripples) => 4.0,
        Some(ModelName::DoubleWell) => 2.0,
        Some(ModelName::Linear | ModelName::Mlp | ModelName::Residual) | None => {
            return text(InitName::Torch.name());
        }
    };
    Some(Value::Table(vec![(
        "constant".to_owned(),
        Value::Number(start),
    )]))
}
