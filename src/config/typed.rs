//! From the values of a cell to its typed [`Settings`], in one form for all ways of saying it.

mod parts;
mod solving;
mod update;

use super::choices::{
    ActivationName, BatchName, ClassWeightsName, InitName, LossName, ModelName, NormSite,
    SourceName,
};
use super::files::file;
use super::registry::{CustomKey, Values};
use super::rules::{self, count, number, word};
use super::settings::*;
use super::value::Value;
use crate::config::conflicts;
use crate::config::conflicts::{Clash, unimplemented};
use parts::{flag, numbers, real, record, variant, whole};
use std::path::Path;

impl Settings {
    /// Settings of a cell. Values that are not given take their defaults; values that are given
    /// must have been read by the kinds of their keys. Paths of data files start at `folder`.
    ///
    /// # Errors
    /// Every combination of values that makes no sense, and the first word that is not implemented.
    pub fn from_values(values: &Values, folder: &Path) -> Result<Settings, Vec<Clash>> {
        let values = &rules::complete(values);
        let clashes = conflicts::find(values);
        if !clashes.is_empty() {
            return Err(clashes);
        }
        converted(values, folder).map_err(|clash| vec![clash])
    }
}

/// Settings of a cell without clashes.
fn converted(values: &Values, folder: &Path) -> Result<Settings, Clash> {
    let network = rules::is_network(values);
    let model = model(values)?;
    let init = init(values)?;
    let batch = if network {
        batch(values)?
    } else {
        BatchSize::Full
    };
    Ok(solving::settled(Settings {
        data: data(values, folder)?,
        activation: match model {
            ModelSettings::Mlp { .. }
            | ModelSettings::Residual { .. }
            | ModelSettings::Custom(_) => activation(values)?,
            ModelSettings::Linear | ModelSettings::Risk(_) => Activation::Linear,
        },
        output: match network {
            true => variant(values, "output", OutputActivation::of)?,
            false => OutputActivation::Linear,
        },
        output_bias: output_bias(values, init).filter(|_| network),
        batch_norm: norm_sites(values, "batch_norm", &model)?,
        layer_norm: norm_sites(values, "layer_norm", &model)?,
        dropout: match model {
            ModelSettings::Mlp { .. } | ModelSettings::Residual { .. } => real(values, "dropout"),
            ModelSettings::Linear | ModelSettings::Custom(_) | ModelSettings::Risk(_) => 0.0,
        },
        loss: match network {
            true => loss(values)?,
            false => Loss::Mse,
        },
        labels: Labels {
            smoothing: number(values, "label_smoothing").unwrap_or_default(),
            weights: class_weights(values)?,
        },
        solving: solving::solving(values)?,
        optimizer: update::optimizer(values)?,
        lr: update::rate(values)?,
        schedule: update::schedule(values)?,
        warmup: whole(values, "warmup"),
        clip: update::clip(values)?,
        l1: real(values, "l1"),
        weight_decay: real(values, "weight_decay"),
        // A full batch leaves nothing to draw.
        sampling: match batch {
            BatchSize::Full => Sampling::Epochs,
            BatchSize::Rows(_) => variant(values, "sampling", Sampling::of)?,
        },
        batch,
        budget: match count(values, "steps") {
            Some(steps) => Budget::Steps(steps as usize),
            None => Budget::Epochs(whole(values, "epochs")),
        },
        stop_at: None,
        patience: count(values, "patience").map(|n| n as usize),
        precision: variant(values, "precision", Precision::of)?,
        gradient_noise: if network {
            0.0
        } else {
            real(values, "gradient_noise")
        },
        model,
        init,
    }))
}

fn data(values: &Values, folder: &Path) -> Result<DataSettings, Clash> {
    let rows = rules::has_rows(values);
    let made = rules::is_generator(values);
    // A factor of 1 on every feature, or a shift of 0, is none.
    let unless_all = |key: &str, neutral: f64| {
        let list = numbers(values.get(key));
        let none = !rows || list.iter().all(|v| *v == neutral);
        if none { Vec::new() } else { list }
    };
    Ok(DataSettings {
        source: source(values, folder)?,
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
    })
}

fn source(values: &Values, folder: &Path) -> Result<Source, Clash> {
    let range = || match numbers(values.get("data.range")).as_slice() {
        [low, high] => [*low, *high],
        _ => [-3.0, 3.0],
    };
    Ok(match rules::generator(values) {
        Some(SourceName::None) => Source::None,
        Some(SourceName::Sine) => Source::Sine {
            frequency: real(values, "data.frequency"),
            range: range(),
        },
        Some(SourceName::Wiggle) => Source::Wiggle { range: range() },
        Some(SourceName::Linear) => Source::Linear {
            features: whole(values, "data.features"),
            condition: real(values, "data.condition"),
        },
        Some(SourceName::Gaussian) => Source::Gaussian {
            features: whole(values, "data.features"),
        },
        Some(SourceName::Moons) => Source::Moons,
        Some(SourceName::Circles) => Source::Circles,
        Some(SourceName::Spirals) => Source::Spirals {
            classes: whole(values, "data.classes"),
            turns: real(values, "data.turns"),
        },
        Some(SourceName::Blobs) => Source::Blobs {
            features: whole(values, "data.features"),
            classes: whole(values, "data.classes"),
        },
        Some(SourceName::Xor) => Source::Xor,
        None => {
            let value = values.get("data.source");
            let file = value.and_then(|value| file(value, folder, values.registry()));
            let named = || value.map(Value::toml).unwrap_or_default();
            file.ok_or_else(|| unimplemented("data.source", &named()))?
        }
    })
}

fn model(values: &Values) -> Result<ModelSettings, Clash> {
    let name = word(values, "model");
    if let Some((own, code)) = values.registry().model(name) {
        let value = |key: &CustomKey| Some((key.name.to_owned(), values.get(key.name)?.clone()));
        return Ok(ModelSettings::Custom(CustomSettings {
            name: name.to_owned(),
            version: own.version,
            code: code.clone(),
            given: Given(own.keys.iter().filter_map(value).collect::<Vec<_>>().into()),
        }));
    }
    Ok(match variant(values, "model", ModelName::of)? {
        ModelName::Linear => ModelSettings::Linear,
        ModelName::Ripples => ModelSettings::Risk(OneWeightRisk::Ripples),
        ModelName::DoubleWell => ModelSettings::Risk(OneWeightRisk::DoubleWell),
        ModelName::Residual => ModelSettings::Residual {
            blocks: whole(values, "depth") / whole(values, "block").max(1),
            layers: whole(values, "block"),
            width: whole(values, "width"),
        },
        ModelName::Mlp => ModelSettings::Mlp {
            hidden: match values.get("hidden") {
                Some(hidden) => numbers(Some(hidden)).iter().map(|n| *n as usize).collect(),
                None => vec![whole(values, "width"); whole(values, "depth")],
            },
        },
    })
}

fn activation(values: &Values) -> Result<Activation, Clash> {
    const KEY: &str = "activation";
    if let Some((name, numbers)) = values.get(KEY).and_then(record) {
        return match (name, numbers.as_slice()) {
            ("leaky-relu", [slope]) => Ok(Activation::LeakyRelu { slope: *slope }),
            ("elu", [alpha]) => Ok(Activation::Elu { alpha: *alpha }),
            (other, _) => Err(unimplemented(KEY, other)),
        };
    }
    Ok(match variant(values, KEY, ActivationName::of)? {
        ActivationName::Linear => Activation::Linear,
        ActivationName::Relu => Activation::Relu,
        ActivationName::LeakyRelu => Activation::LeakyRelu { slope: 0.01 },
        ActivationName::Tanh => Activation::Tanh,
        ActivationName::Sigmoid => Activation::Sigmoid,
        ActivationName::Gelu => Activation::Gelu,
        ActivationName::Silu => Activation::Silu,
        ActivationName::Elu => Activation::Elu { alpha: 1.0 },
        ActivationName::Softplus => Activation::Softplus,
    })
}

fn loss(values: &Values) -> Result<Loss, Clash> {
    const KEY: &str = "loss";
    if let Some((name, numbers)) = values.get(KEY).and_then(record) {
        return match (name, numbers.as_slice()) {
            ("huber", [delta]) => Ok(Loss::Huber { delta: *delta }),
            (other, _) => Err(unimplemented(KEY, other)),
        };
    }
    Ok(match variant(values, KEY, LossName::of)? {
        LossName::Mse => Loss::Mse,
        LossName::Mae => Loss::Mae,
        LossName::Huber => Loss::Huber { delta: 1.0 },
        LossName::Bce => Loss::Bce,
        LossName::CrossEntropy => Loss::CrossEntropy,
    })
}

/// Weights that are all the same are none.
fn class_weights(values: &Values) -> Result<ClassWeights, Clash> {
    const KEY: &str = "class_weights";
    if let Some(weights @ Value::List(_)) = values.get(KEY) {
        let weights = numbers(Some(weights));
        let same = weights.iter().all(|weight| *weight == weights[0]);
        return Ok(match same {
            true => ClassWeights::Equal,
            false => ClassWeights::Each(weights),
        });
    }
    Ok(match variant(values, KEY, ClassWeightsName::of)? {
        ClassWeightsName::None => ClassWeights::Equal,
        ClassWeightsName::Balanced => ClassWeights::Balanced,
    })
}

fn init(values: &Values) -> Result<Init, Clash> {
    const KEY: &str = "init";
    let Some(value) = values.get(KEY) else {
        // Of a solver, which starts from w = 0.
        return Ok(Init::Torch);
    };
    if let Some((name, numbers)) = record(value) {
        return match (name, numbers.as_slice()) {
            ("constant", [c]) => Ok(Init::Constant(*c)),
            ("normal", [sd]) => Ok(Init::Normal(*sd)),
            ("uniform", [low, high]) => Ok(Init::Uniform(*low, *high)),
            ("uniform", [end]) => Ok(Init::Uniform(-end, *end)),
            (other, _) => Err(unimplemented(KEY, other)),
        };
    }
    Ok(match variant(values, KEY, InitName::of)? {
        InitName::He => Init::He,
        InitName::Lecun => Init::Xavier,
        InitName::Glorot => Init::Glorot,
        InitName::Orthogonal => Init::Orthogonal,
        InitName::Torch => Init::Torch,
        InitName::Zeros => Init::Constant(0.0),
        InitName::Ones => Init::Constant(1.0),
    })
}

/// Biases start at 0 by themselves, but for `torch`.
fn output_bias(values: &Values, init: Init) -> Option<f64> {
    number(values, "output_bias").filter(|bias| *bias != 0.0 || init == Init::Torch)
}

fn norm_sites(
    values: &Values,
    key: &'static str,
    model: &ModelSettings,
) -> Result<NormSites, Clash> {
    let mut sites = NormSites::default();
    let (has_layers, has_hidden) = match model {
        ModelSettings::Mlp { .. } | ModelSettings::Residual { .. } => (true, true),
        ModelSettings::Linear => (true, false),
        ModelSettings::Risk(_) | ModelSettings::Custom(_) => (false, false),
    };
    let Some(Value::List(words)) = values.get(key).filter(|_| has_layers) else {
        return Ok(sites);
    };
    for word in words {
        let word = word.text().unwrap_or_default();
        match NormSite::of(word).ok_or_else(|| unimplemented(key, word))? {
            NormSite::Input => sites.input = true,
            NormSite::Hidden => sites.hidden = has_hidden,
            NormSite::Output => sites.output = true,
        }
    }
    Ok(sites)
}

fn batch(values: &Values) -> Result<BatchSize, Clash> {
    match values.get("batch") {
        Some(Value::Integer(n)) => Ok(BatchSize::Rows(*n as usize)),
        Some(_) => match variant(values, "batch", BatchName::of)? {
            BatchName::Full => Ok(BatchSize::Full),
        },
        // Of a solver that walks through all rows.
        None => Ok(BatchSize::Full),
    }
}
