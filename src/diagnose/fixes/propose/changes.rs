//! The keys that a fix changes in a cell, in one or several strengths, the smallest first, or why there
//! is nothing to change. [`super::edit::edited`] checks whether a change is legal.

use super::edit::Edits;
use crate::config::settings::{Activation, BatchSize, ModelSettings, OptimizerSettings};
use crate::config::{Value, Values};
use crate::fix_kind::FixKind;
use crate::grid::Cell;

/// Factors of learning rates, which are tuned on a logarithmic scale.
const RATES: [f64; 3] = [10.0, 100.0, 1000.0];
/// Factors of the budget, up to [`MOST_EPOCHS`] or [`MOST_STEPS`]: more would take too long.
const LONGER: [f64; 3] = [5.0, 25.0, 125.0];
const MOST_EPOCHS: i64 = 20_000;
const MOST_STEPS: i64 = 2_000_000;

/// The strengths of a fix, at least one, or why there is nothing to change.
type Strengths = Result<Vec<Edits>, &'static str>;

/// Returns the strengths of a fix, legal or not.
///
/// # Errors
/// Why there is nothing to change in the cell.
pub(super) fn strengths(cell: &Cell, kind: FixKind) -> Strengths {
    let (settings, values) = (&cell.settings, &cell.values);
    let one = |key: &str, value: Value| Ok(vec![vec![(key.to_owned(), value)]]);
    let each = |key: &'static str, values: &[Value]| -> Strengths {
        let values = values.iter().cloned();
        Ok(values.map(|value| vec![(key.to_owned(), value)]).collect())
    };
    match kind {
        FixKind::FewerLayers => fewer_layers(cell),
        FixKind::MoreLayers => more_layers(cell),
        FixKind::WiderLayers => width(cell, wider),
        FixKind::SmallerNetwork => width(cell, |width| width.div_ceil(4)),
        FixKind::SkipConnections => skip_connections(cell),
        FixKind::BatchNormalization => one("batch_norm", with_site(values, "hidden")),
        FixKind::InputNormalization => one("batch_norm", with_site(values, "input")),
        FixKind::OutputNormalization => one("batch_norm", with_site(values, "output")),
        FixKind::He => one("init", word("he")),
        FixKind::LeCun => one("init", word("lecun")),
        FixKind::Torch => one("init", word("torch")),
        FixKind::Relu => one("activation", word("relu")),
        FixKind::LeakyRelu => one("activation", word("leaky-relu")),
        FixKind::Tanh => one("activation", word("tanh")),
        FixKind::LowerRate => each("lr", &RATES.map(|by| rate(settings.lr / by))),
        FixKind::HigherRate => each("lr", &RATES.map(|by| rate(settings.lr * by))),
        FixKind::LongerTraining => longer(values),
        FixKind::LargerBatches => match settings.batch {
            BatchSize::Rows(rows) => one("batch", Value::Integer(4 * rows as i64)),
            BatchSize::Full => Err("batches already have all rows"),
        },
        FixKind::StandardizedFeatures => one("data.standardize", Value::Bool(true)),
        // With several classes, the cross-entropy is the only legal loss.
        FixKind::CrossEntropy => one("loss", word("bce")),
        FixKind::OutputBias => one("output_bias", Value::Number(0.0)),
        FixKind::Momentum => match settings.optimizer {
            OptimizerSettings::Sgd { .. } | OptimizerSettings::RmsProp { .. } => {
                one("momentum", Value::Number(0.9))
            }
            OptimizerSettings::Adam { .. } | OptimizerSettings::AdamW { .. } => {
                Err("the optimizer already has a first moment")
            }
            OptimizerSettings::AdaGrad { .. } => Err("AdaGrad has no momentum"),
        },
        FixKind::Adam => adam(cell),
        FixKind::Sgd => sgd(cell),
        FixKind::EarlyStop => each("patience", &[10, 3].map(Value::Integer)),
        FixKind::WeightDecay => each("weight_decay", &[0.01, 0.1].map(Value::Number)),
    }
}

fn word(word: &str) -> Value {
    Value::Text(word.to_owned())
}

/// Returns a learning rate rounded to 12 digits, as axes round theirs: 0.1 / 10 is 0.01.
fn rate(rate: f64) -> Value {
    Value::Number(format!("{rate:.11e}").parse().unwrap_or(rate))
}

/// Returns four layers, which are enough for the lecture's data, or half of the layers if there are at
/// most four; two layers of sigmoids, because a sigmoid passes on at most a quarter of the gradient.
fn fewer_layers(cell: &Cell) -> Strengths {
    let few = |layers: usize| match layers <= 4 {
        true => layers / 2,
        false => enough_layers(cell.settings.activation),
    };
    match &cell.settings.model {
        ModelSettings::Mlp { hidden } => match few(hidden.len()) {
            0 => Err("it has only one hidden layer"),
            layers => Ok(depth(cell, layers)),
        },
        // Complete blocks only.
        ModelSettings::Residual { blocks, layers, .. } => {
            let blocks = (few(blocks * layers) / layers).max(1);
            Ok(depth(cell, blocks * layers))
        }
        ModelSettings::Linear | ModelSettings::Custom(_) | ModelSettings::Risk(_) => Err(NO_HIDDEN),
    }
}

/// Four layers; of sigmoids, which pass on a quarter of the gradient at most, two.
fn enough_layers(activation: Activation) -> usize {
    match activation {
        Activation::Sigmoid => 2,
        Activation::Linear
        | Activation::Relu
        | Activation::LeakyRelu { .. }
        | Activation::Tanh
        | Activation::Gelu
        | Activation::Silu
        | Activation::Elu { .. }
        | Activation::Softplus => 4,
    }
}

const NO_HIDDEN: &str = "the model has no `depth`, `width` or `hidden`";

/// Returns four layers of at least ten neurons, or two of sigmoids; then as many with four times the
/// width. A linear model becomes a network of the default size.
fn more_layers(cell: &Cell) -> Strengths {
    let layers = enough_layers(cell.settings.activation);
    let keys = |depth: usize, width: usize| {
        let (depth, width) = (Value::Integer(depth as i64), Value::Integer(width as i64));
        vec![("depth".to_owned(), depth), ("width".to_owned(), width)]
    };
    match &cell.settings.model {
        ModelSettings::Linear => Ok(vec![vec![("model".to_owned(), word("mlp"))]]),
        ModelSettings::Mlp { hidden } if hidden.len() < layers => {
            let widest = hidden.iter().copied().max().unwrap_or(0);
            let is_wide = widest >= 10 && cell.values.get("hidden").is_none();
            let mut strengths = match is_wide {
                true => depth(cell, layers),
                false => vec![keys(layers, widest.max(10))],
            };
            strengths.push(keys(layers, wider(widest)));
            Ok(strengths)
        }
        ModelSettings::Residual {
            blocks,
            layers: of,
            width,
        } if blocks * of < layers => {
            let depth = of * layers.div_ceil(*of);
            let widths = [(*width).max(10), wider(*width)];
            Ok(widths.map(|width| keys(depth, width)).into())
        }
        ModelSettings::Mlp { .. } | ModelSettings::Residual { .. } => {
            Err("it already has four hidden layers (two if the activation is `sigmoid`)")
        }
        ModelSettings::Custom(_) | ModelSettings::Risk(_) => Err(NO_HIDDEN),
    }
}

/// Returns four times the width, at least 32, which is enough for most data.
fn wider(width: usize) -> usize {
    (4 * width).max(32)
}

/// Returns a change to this number of hidden layers, repeating the existing ones.
fn depth(cell: &Cell, layers: usize) -> Vec<Edits> {
    vec![vec![match list(&cell.values) {
        Some(hidden) => {
            let kept = hidden.iter().cycle().take(layers).cloned().collect();
            ("hidden".to_owned(), Value::List(kept))
        }
        None => ("depth".to_owned(), Value::Integer(layers as i64)),
    }]]
}

/// Returns a change of the width of every hidden layer.
fn width(cell: &Cell, of: impl Fn(usize) -> usize) -> Strengths {
    let change = |value: &Value| match value.integer() {
        Some(width) => Value::Integer(of(width as usize) as i64),
        None => value.clone(),
    };
    let edit = match (list(&cell.values), cell.values.get("width")) {
        _ if !has_hidden(&cell.settings.model) => return Err(NO_HIDDEN),
        (Some(hidden), _) => ("hidden", Value::List(hidden.iter().map(change).collect())),
        (None, Some(width)) => ("width", change(width)),
        (None, None) => return Err(NO_HIDDEN),
    };
    Ok(vec![vec![(edit.0.to_owned(), edit.1)]])
}

fn has_hidden(model: &ModelSettings) -> bool {
    matches!(
        model,
        ModelSettings::Mlp { .. } | ModelSettings::Residual { .. }
    )
}

/// Returns the widths of a cell that sets `hidden`.
fn list(values: &Values) -> Option<&[Value]> {
    match values.get("hidden") {
        Some(Value::List(hidden)) => Some(hidden),
        _ => None,
    }
}

/// Returns a residual network with as many layers in blocks of two, one less for an odd number.
fn skip_connections(cell: &Cell) -> Strengths {
    let ModelSettings::Mlp { hidden } = &cell.settings.model else {
        return Err("only the model `mlp` can become a residual network");
    };
    let even = hidden.len() - hidden.len() % 2;
    if !hidden.iter().all(|width| *width == hidden[0]) {
        return Err("a residual network needs hidden layers of one width, and these differ");
    }
    if even == 0 {
        return Err("a residual block needs two hidden layers, and there is one");
    }
    let whole = |key: &str, n: usize| (key.to_owned(), Value::Integer(n as i64));
    let mut edits = vec![("model".to_owned(), word("residual"))];
    let listed = list(&cell.values).is_some();
    if listed || even != hidden.len() {
        edits.push(whole("depth", even));
    }
    if listed {
        edits.push(whole("width", hidden[0]));
    }
    Ok(vec![edits])
}

/// Returns the current places of batch normalization and one more.
fn with_site(values: &Values, site: &str) -> Value {
    let mut sites = match values.get("batch_norm") {
        Some(Value::List(sites)) => sites.clone(),
        _ => vec![],
    };
    if !sites.contains(&word(site)) {
        sites.push(word(site));
    }
    Value::List(sites)
}

/// Returns [`LONGER`] times the epochs or steps.
fn longer(values: &Values) -> Strengths {
    let (key, most) = match values.get("steps") {
        Some(_) => ("steps", MOST_STEPS),
        None => ("epochs", MOST_EPOCHS),
    };
    let Some(Value::Integer(now)) = values.get(key) else {
        return Err("it has no `epochs` or `steps`");
    };
    let longer = LONGER.map(|by| (*now as f64 * by).round() as i64);
    let strengths = longer.into_iter().filter(|then| *then <= most);
    let strengths = strengths.map(|then| vec![(key.to_owned(), Value::Integer(then))]);
    let strengths: Vec<Edits> = strengths.collect();
    match strengths.is_empty() {
        true => Err("5 times the budget is more than 20,000 epochs or 2,000,000 steps"),
        false => Ok(strengths),
    }
}

/// Returns Adam with two learning rates. Its steps have the size of the rate, whatever the gradient: the
/// weight of a one-weight model has a longer distance to go than those of a network.
fn adam(cell: &Cell) -> Strengths {
    let OptimizerSettings::Sgd { momentum, nesterov } = cell.settings.optimizer else {
        return Err("the optimizer already adapts the step of each weight");
    };
    let rates = match cell.settings.model {
        ModelSettings::Risk(_) => [0.3, 0.1],
        ModelSettings::Linear
        | ModelSettings::Mlp { .. }
        | ModelSettings::Residual { .. }
        | ModelSettings::Custom(_) => [0.01, 0.001],
    };
    let with = |rate: f64| {
        let mut edits = vec![("optimizer".to_owned(), word("adam"))];
        if rate != cell.settings.lr {
            edits.push(("lr".to_owned(), Value::Number(rate)));
        }
        // Keys that Adam does not use are an error with it.
        if momentum != 0.0 {
            edits.push(("momentum".to_owned(), Value::Number(0.0)));
        }
        if nesterov {
            edits.push(("nesterov".to_owned(), Value::Bool(false)));
        }
        edits
    };
    Ok(rates.map(with).into())
}

/// Returns SGD with the current rate, which is low for SGD, then with ten times that rate. All optimizers
/// with a rate per weight count as variants of Adam.
fn sgd(cell: &Cell) -> Strengths {
    let settings = &cell.settings;
    let mut plain = vec![("optimizer".to_owned(), word("sgd"))];
    let mut kept = |key: &str, value: f64| plain.push((key.to_owned(), Value::Number(value)));
    // Defaults of these optimizers are set explicitly, because SGD has others.
    match settings.optimizer {
        OptimizerSettings::Sgd { .. } => return Err("the optimizer is already SGD"),
        OptimizerSettings::Adam { .. } => {}
        OptimizerSettings::AdamW { .. } => kept("weight_decay", settings.weight_decay),
        OptimizerSettings::RmsProp { .. } | OptimizerSettings::AdaGrad { .. } => {
            kept("lr", settings.lr)
        }
    }
    let mut faster = plain.clone();
    faster.retain(|(key, _)| key != "lr");
    faster.push(("lr".to_owned(), rate(10.0 * settings.lr)));
    Ok(vec![plain, faster])
}
