//! Traces of version 1, which the stores of version 0.1 have, as traces of today.
//!
//! Their losses are recorded at ends of epochs, and their layers say nothing about activation, normalization and depth:
//! both follow from the settings. What was not recorded then stays empty.

use crate::identity::settings_of;
use crate::nn::layers::{described, layers};
use crate::nn::outputs;
use crate::spec::Settings;
use crate::spec::settings::Normalisation;
use crate::trace::{
    Curve, DataFacts, Evaluation, Layer, Outcome, Predictions, Real, Score, Trace, Trajectory,
};
use serde::Deserialize;
use serde_json::Value as Json;

#[derive(Deserialize)]
struct Version1 {
    settings: Json,
    seed: u64,
    engine: String,
    outcome: Outcome,
    data: DataFacts,
    steps: u64,
    parameters: u64,
    curve: ByEpoch,
    risks: Vec<Risks>,
    test: Option<Score>,
    moments: Vec<u64>,
    layers: Vec<Layer>,
    outputs: Predictions,
    #[serde(default)]
    trajectory: Option<Trajectory>,
}

#[derive(Deserialize)]
struct ByEpoch {
    epochs: Vec<u64>,
    values: Vec<Real>,
    of: u64,
}

#[derive(Deserialize)]
struct Risks {
    epoch: u64,
    train: Score,
    validation: Option<Score>,
}

/// Reads the JSON of a trace of version 1.
///
/// # Errors
/// Those of the parser.
pub fn read(json: &[u8]) -> serde_json::Result<Trace> {
    serde_json::from_slice(json).map(current)
}

fn current(old: Version1) -> Trace {
    let params = match old.settings {
        Json::Object(params) => params,
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) => {
            serde_json::Map::new()
        }
    };
    let settings = settings_of(&params);
    let rows = old.data.train_rows;
    let steps_per_epoch = settings
        .as_ref()
        .map(|settings| settings.batch.per_epoch(rows));
    let step = |epoch: u64| {
        let steps = epoch.saturating_mul(steps_per_epoch.unwrap_or(1));
        steps.min(old.steps)
    };
    let evaluation = |risks: &Risks| Evaluation {
        step: step(risks.epoch),
        train: Some(risks.train),
        validation: risks.validation,
    };
    let mut trace = Trace {
        seed: old.seed,
        executor: old.engine,
        outcome: old.outcome,
        steps: old.steps,
        steps_per_epoch,
        trainable: old.parameters,
        curve: Curve {
            at: old.curve.epochs.iter().map(|epoch| step(*epoch)).collect(),
            values: old.curve.values,
            of: old.curve.of,
        },
        evaluations: old.risks.iter().map(evaluation).collect(),
        test: old.test,
        snapshots: old.moments,
        layers: old.layers,
        predictions: old.outputs,
        trajectory: old.trajectory,
        data: old.data,
        ..Trace::new(params)
    };
    if let Some(settings) = &settings {
        add_settings(&mut trace, settings);
    }
    trace
}

/// Adds what follows from the settings.
fn add_settings(trace: &mut Trace, settings: &Settings) {
    let solver = settings.solving.map(|solving| solving.solver.name());
    trace.loss = Some(settings.loss.name().to_owned());
    trace.optimizer = Some(solver.unwrap_or(settings.optimizer.name()).to_owned());
    let norm = settings.norm_at(|at| at.input);
    trace.input_normalization = norm.map(Normalisation::name).map(str::to_owned);
    let data = &trace.data;
    let columns = outputs(settings, data.classes.len(), data.targets.len().max(1));
    let plan = described(settings, &layers(settings, data.features.len(), columns));
    if trace.trajectory.is_some() && trace.layers.is_empty() {
        // A solver had no layers to compare.
        trace.layers = plan;
        return;
    }
    if plan.len() != trace.layers.len() {
        // A custom model, which only the program that defined it knows.
        return;
    }
    for (layer, plan) in trace.layers.iter_mut().zip(plan) {
        layer.fan_in = plan.fan_in;
        layer.activation = plan.activation;
        layer.gain = plan.gain;
        layer.normalization = plan.normalization;
        layer.depth = plan.depth;
    }
}
