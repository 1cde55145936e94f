//! From the values of a cell to its typed [`Settings`], in one form for all ways of saying it.

mod solving;
mod update;

use super::clash::{self, Clash};
use super::files::file;
use super::own::{self, Given, Own, OwnKey};
use super::rules::{self, count, number, word};
use super::settings::*;
use super::value::{Value, Values};
use std::path::Path;

impl Settings {
    /// Settings of a cell. Values that are not given take their defaults; values that are given
    /// must have been read by the kinds of their keys. Paths of data files start at `folder`.
    ///
    /// # Errors
    /// Every combination of values that makes no sense.
    pub fn from_values(values: &Values, folder: &Path) -> Result<Settings, Vec<Clash>> {
        let values = &rules::complete(values);
        let clashes = clash::find(values);
        if !clashes.is_empty() {
            return Err(clashes);
        }
        let network = rules::is_network(values);
        let model = model(values);
        let init = init(values);
        let batch = if network { batch(values) } else { Batch::Full };
        Ok(solving::settled(Settings {
            data: data(values, folder),
            activation: match model {
                Model::Mlp { .. } | Model::Residual { .. } | Model::Own(_) => activation(values),
                Model::Linear | Model::Risk(_) => Activation::Linear,
            },
            output: match word(values, "output") {
                "sigmoid" if network => OutputActivation::Sigmoid,
                "softmax" if network => OutputActivation::Softmax,
                _ => OutputActivation::Linear,
            },
            output_bias: output_bias(values, init).filter(|_| network),
            batch_norm: norm_sites(values, "batch_norm", &model),
            layer_norm: norm_sites(values, "layer_norm", &model),
            dropout: match model {
                Model::Mlp { .. } | Model::Residual { .. } => real(values, "dropout"),
                Model::Linear | Model::Own(_) | Model::Risk(_) => 0.0,
            },
            loss: match network {
                true => loss(values),
                false => Loss::Mse,
            },
            labels: Labels {
                smoothing: number(values, "label_smoothing").unwrap_or_default(),
                weights: class_weights(values),
            },
            solving: solving::solving(values),
            optimizer: update::optimizer(values),
            lr: real(values, "lr"),
            schedule: update::schedule(values),
            warmup: whole(values, "warmup"),
            clip: Clip {
                norm: number(values, "clip_norm"),
                value: number(values, "clip_value"),
            },
            l1: real(values, "l1"),
            weight_decay: real(values, "weight_decay"),
            // A full batch leaves nothing to draw.
            sampling: match word(values, "sampling") {
                "fresh" if batch != Batch::Full => Sampling::Fresh,
                _ => Sampling::Epochs,
            },
            batch,
            budget: match count(values, "steps") {
                Some(steps) => Budget::Steps(steps as usize),
                None => Budget::Epochs(whole(values, "epochs")),
            },
            stop_at: None,
            patience: count(values, "patience").map(|n| n as usize),
            precision: match word(values, "precision") {
                "f64" => Precision::F64,
                _ => Precision::F32,
            },
            gradient_noise: if network {
                0.0
            } else {
                real(values, "gradient_noise")
            },
            model,
            init,
        }))
    }
}

fn real(values: &Values, key: &str) -> f64 {
    number(values, key).unwrap_or_default()
}

fn whole(values: &Values, key: &str) -> usize {
    count(values, key)
        .and_then(|n| usize::try_from(n).ok())
        .unwrap_or_default()
}

fn flag(values: &Values, key: &str) -> bool {
    matches!(values.get(key), Some(Value::Bool(true)))
}

fn numbers(value: Option<&Value>) -> Vec<f64> {
    match value {
        Some(Value::List(items)) => items.iter().filter_map(as_number).collect(),
        _ => Vec::new(),
    }
}

fn as_number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(v) => Some(*v),
        Value::Integer(v) => Some(*v as f64),
        _ => None,
    }
}

/// The one field of a value such as `{ normal = 0.1 }`.
fn field(value: &Value) -> Option<(&str, &Value)> {
    match value {
        Value::Table(items) => items.first().map(|(name, value)| (name.as_str(), value)),
        _ => None,
    }
}

fn data(values: &Values, folder: &Path) -> DataSettings {
    let rows = rules::has_rows(values);
    let made = rules::is_generator(values);
    // A factor of 1 on every feature, or a shift of 0, is none.
    let unless_all = |key: &str, neutral: f64| {
        let list = numbers(values.get(key));
        let none = !rows || list.iter().all(|v| *v == neutral);
        if none { Vec::new() } else { list }
    };
    DataSettings {
        source: source(values, folder),
        rows: if made { whole(values, "data.rows") } else { 0 },
        noise: if made {
            real(values, "data.noise")
        } else {
            0.0
        },
        scales: unless_all("data.scales", 1.0),
        offsets: unless_all("data.offsets", 0.0),
        max_rows: count(values, "data.max_rows").map(|n| n as usize),
        folds: count(values, "data.folds").map(|n| n as usize),
        validation: if rows { rules::validation(values) } else { 0.0 },
        test: if rows { real(values, "data.test") } else { 0.0 },
        standardize: rows && flag(values, "data.standardize"),
    }
}

fn source(values: &Values, folder: &Path) -> Source {
    let range = || match numbers(values.get("data.range")).as_slice() {
        [low, high] => [*low, *high],
        _ => [-3.0, 3.0],
    };
    match rules::source(values) {
        "sine" => Source::Sine {
            frequency: real(values, "data.frequency"),
            range: range(),
        },
        "wiggle" => Source::Wiggle { range: range() },
        "linear" => Source::Linear {
            features: whole(values, "data.features"),
            condition: real(values, "data.condition"),
        },
        "gaussian" => Source::Gaussian {
            features: whole(values, "data.features"),
        },
        "moons" => Source::Moons,
        "circles" => Source::Circles,
        "spirals" => Source::Spirals {
            classes: whole(values, "data.classes"),
            turns: real(values, "data.turns"),
        },
        "blobs" => Source::Blobs {
            features: whole(values, "data.features"),
            classes: whole(values, "data.classes"),
        },
        "xor" => Source::Xor,
        _ => {
            let value = values.get("data.source");
            let file = value.and_then(|value| file(value, folder));
            file.unwrap_or(Source::None)
        }
    }
}

fn model(values: &Values) -> Model {
    let name = word(values, "model");
    if let Some(own) = own::model(name) {
        let value = |key: &OwnKey| Some((key.name.to_owned(), values.get(key.name)?.clone()));
        return Model::Own(Own {
            name: name.to_owned(),
            version: own.version,
            given: Given(Values(own.keys.iter().filter_map(value).collect())),
        });
    }
    match name {
        "linear" => Model::Linear,
        "ripples" => Model::Risk(OneWeightRisk::Ripples),
        "double-well" => Model::Risk(OneWeightRisk::DoubleWell),
        "residual" => Model::Residual {
            blocks: whole(values, "depth") / whole(values, "block").max(1),
            layers: whole(values, "block"),
            width: whole(values, "width"),
        },
        _ => Model::Mlp {
            hidden: match values.get("hidden") {
                Some(hidden) => numbers(Some(hidden)).iter().map(|n| *n as usize).collect(),
                None => vec![whole(values, "width"); whole(values, "depth")],
            },
        },
    }
}

fn activation(values: &Values) -> Activation {
    if let Some((name, value)) = values.get("activation").and_then(field) {
        let number = as_number(value);
        return match name {
            "elu" => Activation::Elu {
                alpha: number.unwrap_or(1.0),
            },
            _ => Activation::LeakyRelu {
                slope: number.unwrap_or(0.01),
            },
        };
    }
    match word(values, "activation") {
        "leaky-relu" => Activation::LeakyRelu { slope: 0.01 },
        "linear" => Activation::Linear,
        "tanh" => Activation::Tanh,
        "sigmoid" => Activation::Sigmoid,
        "gelu" => Activation::Gelu,
        "silu" => Activation::Silu,
        "elu" => Activation::Elu { alpha: 1.0 },
        "softplus" => Activation::Softplus,
        _ => Activation::Relu,
    }
}

fn loss(values: &Values) -> Loss {
    let record = values.get("loss").and_then(field);
    match rules::loss(values) {
        "bce" => Loss::Bce,
        "cross-entropy" => Loss::CrossEntropy,
        "mae" => Loss::Mae,
        "huber" => Loss::Huber {
            delta: record
                .and_then(|(_, delta)| as_number(delta))
                .unwrap_or(1.0),
        },
        _ => Loss::Mse,
    }
}

/// Weights that are all the same are none.
fn class_weights(values: &Values) -> ClassWeights {
    let weights = numbers(values.get("class_weights"));
    match word(values, "class_weights") {
        "balanced" => ClassWeights::Balanced,
        _ if weights.iter().all(|weight| *weight == weights[0]) => ClassWeights::Equal,
        _ => ClassWeights::Each(weights),
    }
}

fn init(values: &Values) -> Init {
    let value = values.get("init");
    if let Some((name, value)) = value.and_then(field) {
        let number = as_number(value).unwrap_or_default();
        return match (name, numbers(Some(value)).as_slice()) {
            ("normal", _) => Init::Normal(number),
            ("uniform", [low, high]) => Init::Uniform(*low, *high),
            ("uniform", _) => Init::Uniform(-number, number),
            _ => Init::Constant(number),
        };
    }
    match word(values, "init") {
        "he" => Init::He,
        "lecun" => Init::Xavier,
        "glorot" => Init::Glorot,
        "orthogonal" => Init::Orthogonal,
        "zeros" => Init::Constant(0.0),
        "ones" => Init::Constant(1.0),
        _ => Init::Torch,
    }
}

/// Biases start at 0 by themselves, but for `torch`.
fn output_bias(values: &Values, init: Init) -> Option<f64> {
    number(values, "output_bias").filter(|bias| *bias != 0.0 || init == Init::Torch)
}

fn norm_sites(values: &Values, key: &str, model: &Model) -> NormSites {
    if matches!(model, Model::Risk(_) | Model::Own(_)) {
        return NormSites::default();
    }
    let has = |site: &str| match values.get(key) {
        Some(Value::List(sites)) => sites
            .iter()
            .any(|s| matches!(s, Value::Text(s) if s == site)),
        _ => false,
    };
    NormSites {
        input: has("input"),
        hidden: has("hidden") && *model != Model::Linear,
        output: has("output"),
    }
}

fn batch(values: &Values) -> Batch {
    match values.get("batch") {
        Some(Value::Integer(n)) => Batch::Rows(*n as usize),
        _ => Batch::Full,
    }
}
