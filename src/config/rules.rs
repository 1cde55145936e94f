//! Rules between keys: computed defaults, and which keys a cell uses.

use super::choices::{
    FormatName, InitName, LossName, ModelName, OptimizerName, RateName, SolverName, SourceName,
};
pub(crate) use super::registry::word;
use super::registry::{Key, Registry, Values};
use super::settings::{BatchSize, OutputActivation, TaskKind};
use super::value::Value;

/// Keys that say the same thing in two ways: who gives the first set does without the second.
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
    let registry = given.registry();
    let all = registry.all().iter();
    let all = all.filter_map(|key| Some((key.name.to_owned(), value(key)?)));
    Values::of(all.collect(), registry)
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

/// The loss, whether a word or a record says it; none of one that is not given.
pub(crate) fn loss(values: &Values) -> Option<LossName> {
    LossName::of(match values.get("loss")? {
        Value::Table(fields) => fields.first().map_or("", |(name, _)| name),
        Value::Text(word) => word,
        Value::Bool(_) | Value::Integer(_) | Value::Number(_) | Value::List(_) => "",
    })
}

/// Returns whether the loss is one of these classification losses, or may become one with the contents of a file.
pub(crate) fn may_be_under(values: &Values, losses: &[LossName]) -> bool {
    let kind = target_kind(values);
    let open = target(values) == Target::Unknown && kind != Some(TaskKind::Regression);
    is_network(values)
        && match given(values, "loss") {
            true => loss(values).is_some_and(|loss| losses.contains(&loss)),
            false => open || losses.contains(&usual_loss(values)),
        }
}

/// Returns the given integer of a key, or its default.
pub(crate) fn count(values: &Values, key: &str) -> Option<i64> {
    let default = || values.registry().find(key)?.default.value(values);
    values.get(key).cloned().or_else(default)?.integer()
}

/// Returns the given number of a key, or its default.
pub(crate) fn number(values: &Values, key: &str) -> Option<f64> {
    let default = || values.registry().find(key)?.default.value(values);
    values.get(key).cloned().or_else(default)?.number()
}

/// Returns the name of the generator, the format of a file, or an empty text.
pub(crate) fn source(values: &Values) -> &str {
    match values.get("data.source") {
        Some(Value::Text(name)) => name,
        Some(file) => format(file, values.registry()).unwrap_or("csv"),
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
    FormatName::of(name).is_some() || values.registry().source(name).is_some()
}

/// The name of the format of a record that names a data file, or of the custom source that the record is for.
pub(crate) fn format(source: &Value, registry: Registry) -> Option<&'static str> {
    let own = registry.sources().map(|(source, _)| source.name);
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

/// Returns whether the model is a custom one.
pub(crate) fn is_own(values: &Values) -> bool {
    values.registry().model(word(values, "model")).is_some()
}

pub(crate) fn is_residual(values: &Values) -> bool {
    model(values) == Some(ModelName::Residual)
}

/// Returns whether an optimizer trains it step by step.
pub(crate) fn is_trained(values: &Values) -> bool {
    solver_is(values, &[SolverName::None])
}

/// Returns whether the weights have a closed form: no initialization, no steps.
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

/// Returns whether one of these optimizers trains it.
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
        Value::Bool(_) | Value::Integer(_) | Value::Number(_) | Value::Text(_) | Value::List(_) => {
            None
        }
    }
}

/// Returns a string field of a record that names a data file.
pub(crate) fn file_field<'a>(source: &'a Value, field: &str) -> Option<&'a str> {
    part(source, field)?.text()
}

/// Returns the names of the targets of a record that names a data file.
pub(crate) fn targets(source: &Value) -> Vec<&str> {
    let names = match part(source, "target") {
        Some(Value::List(names)) => names.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    names.iter().filter_map(Value::text).collect()
}

/// Returns the declared or implied kind of target of a file.
pub(crate) fn target_kind(values: &Values) -> Option<TaskKind> {
    task(values.get("data.source")?)
}

/// Returns the declared kind of target. By default, an array holds numbers, an IDX file holds classes, and several
/// targets are numbers. `None` means that the content of the CSV file decides.
pub(crate) fn task(source: &Value) -> Option<TaskKind> {
    let format = FormatName::of(format(source, Registry::default())?);
    if let Some(word) = file_field(source, "task") {
        return TaskKind::of(word);
    }
    let several = targets(source).len() > 1;
    match format {
        Some(FormatName::Idx) => Some(TaskKind::Classes),
        Some(FormatName::Npy | FormatName::Npz) => Some(TaskKind::Regression),
        // Of a custom source too.
        Some(FormatName::Csv) | None => several.then_some(TaskKind::Regression),
    }
}

/// Returns the number of rows, if the settings or a file determine it.
pub(crate) fn rows(values: &Values) -> Option<i64> {
    let rows = match generator(values) {
        Some(SourceName::None) => None,
        _ if is_file(values) && !given(values, "data.rows") => None,
        _ => count(values, "data.rows"),
    };
    let most = count(values, "data.max_rows").unwrap_or(i64::MAX);
    rows.map(|rows| rows.min(most))
}

/// Returns the number of rows of a share, rounded as the split does.
pub(crate) fn share_of(rows: i64, share: f64) -> i64 {
    (rows as f64 * share).round() as i64
}

/// Returns the number of training rows, if the settings or a file determine it.
pub(crate) fn train_rows(values: &Values) -> Option<i64> {
    let rows = rows(values)?;
    let test = number(values, "data.test").unwrap_or(0.0);
    Some(rows - share_of(rows, validation(values)) - share_of(rows, test))
}

/// Returns the number of updates of the weights in the budget, if the settings or a file determine it.
pub(crate) fn updates(values: &Values) -> Option<i64> {
    if given(values, "steps") {
        return count(values, "steps");
    }
    let batch = count(values, "batch").filter(|_| !is_risk(values));
    let per_epoch = match batch {
        Some(batch) => {
            let rows = u64::try_from(train_rows(values)?).ok()?;
            i64::try_from(BatchSize::Rows(usize::try_from(batch).ok()?).per_epoch(rows)).ok()?
        }
        None => 1,
    };
    count(values, "epochs")?.checked_mul(per_epoch)
}

/// Returns the number of features, if the settings or a file determine it.
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
    let only = !given(values, "excess_tolerance");
    (only && solver_is(values, &[SolverName::Gd, SolverName::Newton]))
        .then_some(Value::Number(1e-6))
}

/// A given output does not change the default: only the loss decides.
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
