//! Traces of version 1, which the stores of version 0.1 have, as traces of today.
//!
//! Their losses have epochs as positions, and their layers say nothing about activation, normalization and depth: the
//! numbers of updates and the facts of layers follow from the settings. What neither the record nor the settings say
//! stays empty.

use crate::config::Settings;
use crate::config::settings::{ModelSettings, Normalisation};
use crate::identity::settings_of;
use crate::trace::{
    Curve, DataFacts, Evaluation, Layer, Outcome, Predictions, Real, Score, Trace, Trajectory,
};
use crate::train::components::layers::{described, layers};
use crate::train::components::outputs;
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
    let (mut length, mut is_solved) = (None, false);
    if let Some(settings) = &settings {
        length = steps_per_epoch(settings, &old.data);
        is_solved = settings.solving.is_some();
    }
    let trajectory = old.trajectory.as_ref();
    let observed = trajectory.map_or(&[][..], |trajectory| &trajectory.iterations[..]);
    let positions = Positions {
        steps: old.steps,
        steps_per_epoch: length,
        observed: is_solved.then_some(observed),
    };
    let evaluation = |risks: &Risks| {
        Some(Evaluation {
            step: positions.of(risks.epoch)?,
            train: Some(risks.train),
            validation: risks.validation,
        })
    };
    let evaluations = old.risks.iter().filter_map(evaluation).collect();
    let curve = positions.curve(old.curve);
    let mut trace = Trace {
        seed: old.seed,
        executor: old.engine,
        outcome: old.outcome,
        steps: old.steps,
        steps_per_epoch: length,
        trainable: old.parameters,
        curve,
        evaluations,
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

/// Returns the number of updates per epoch; `None` if the number of rows is not recorded. A one-weight model has no rows.
fn steps_per_epoch(settings: &Settings, data: &DataFacts) -> Option<u64> {
    let is_known = data.train_rows > 0 || matches!(settings.model, ModelSettings::Risk(_));
    is_known.then(|| settings.batch.per_epoch(data.train_rows))
}

/// The numbers of updates at which a run was recorded.
struct Positions<'a> {
    /// Number of updates of the run.
    steps: u64,
    steps_per_epoch: Option<u64>,
    /// The numbers of updates at which a solver was observed; `None` for step-by-step training.
    observed: Option<&'a [u64]>,
}

impl Positions<'_> {
    /// Returns the number of updates of what is recorded for an epoch; `None` if it is unknown. Training was recorded at
    /// the end of an epoch, and a solver at its last observation in it.
    fn of(&self, epoch: u64) -> Option<u64> {
        let Some(before) = epoch.checked_sub(1) else {
            return Some(0);
        };
        let length = self.steps_per_epoch?;
        if let Some(observed) = self.observed {
            let in_epoch = |step: &&u64| step.div_ceil(length) == epoch;
            return observed.iter().filter(in_epoch).max().copied();
        }
        let start = before.checked_mul(length)?;
        (start < self.steps).then(|| start.saturating_add(length).min(self.steps))
    }

    /// Returns a curve with numbers of updates as positions. That of a solver has a point per observed epoch, and was
    /// not thinned.
    fn curve(&self, old: ByEpoch) -> Curve {
        let points = old.epochs.iter().zip(old.values);
        let points = points.filter_map(|(epoch, value)| Some((self.of(*epoch)?, value)));
        let (at, values): (Vec<u64>, Vec<Real>) = points.unzip();
        let of = match self.observed.is_some() || at.is_empty() {
            true => at.len() as u64,
            false => old.of,
        };
        Curve { at, values, of }
    }
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::config::settings::{BatchSize, Budget, Solver, Solving};
    use crate::identity::canonical;
    use serde_json::json;

    /// Settings with batches of 8 rows.
    fn settings(solver: Option<Solver>) -> Settings {
        Settings {
            model: ModelSettings::Linear,
            solving: solver.map(|solver| Solving {
                solver,
                gradient_tolerance: None,
                excess_tolerance: None,
            }),
            batch: BatchSize::Rows(8),
            budget: Budget::Epochs(3),
            ..Settings::default()
        }
    }

    /// Returns the record of a run on 30 rows: 4 updates per epoch, 11 in all.
    fn record(settings: &Json, iterations: &[u64]) -> Json {
        let risks = (0..4).map(|epoch| json!({ "epoch": epoch, "train": { "loss": 1.0 } }));
        let trajectory = (!iterations.is_empty()).then(|| Trajectory {
            iterations: iterations.to_vec(),
            ..Trajectory::default()
        });
        json!({
            "settings": settings, "seed": 0, "engine": "solver", "outcome": { "kind": "finished" },
            "data": { "train_rows": 30 }, "steps": 11, "parameters": 4,
            "curve": { "epochs": [1, 2, 3], "values": [3.0, 2.0, 1.0], "of": 3 },
            "risks": risks.collect::<Vec<_>>(), "test": null, "moments": [], "layers": [],
            "outputs": {}, "trajectory": trajectory,
        })
    }

    /// Returns the positions of the evaluations and of the curve.
    fn positions(record: &Json) -> (Vec<u64>, Vec<u64>) {
        let trace = read(record.to_string().as_bytes()).unwrap();
        let evaluations = trace.evaluations.iter().map(|at| at.step);
        (evaluations.collect(), trace.curve.at)
    }

    #[test]
    fn losses_of_a_solver_are_at_its_last_observation_in_their_epoch() {
        let solved = canonical(&settings(Some(Solver::Sgd)));
        let iterations = [0, 1, 2, 3, 5, 7, 9, 11];
        let record = record(&solved.into(), &iterations);
        assert_eq!(positions(&record), (vec![0, 3, 7, 11], vec![3, 7, 11]));
    }

    #[test]
    fn losses_of_training_are_at_the_ends_of_epochs_and_the_last_one_may_be_partial() {
        // A model of two weights has a trajectory too, which is denser than its losses.
        let trained = canonical(&settings(None));
        let record = record(&trained.into(), &[0, 1, 2, 3, 5, 7, 9, 11]);
        assert_eq!(positions(&record), (vec![0, 4, 8, 11], vec![4, 8, 11]));
    }

    #[test]
    fn positions_that_do_not_follow_from_the_record_are_left_out() {
        let trained = || Json::from(canonical(&settings(None)));
        let unknown = record(&json!({ "lr": 0.1 }), &[]);
        let mut no_rows = record(&trained(), &[]);
        no_rows["data"] = json!({});
        for record in [unknown, no_rows] {
            assert_eq!(positions(&record), (vec![0], vec![]));
            let trace = read(record.to_string().as_bytes()).unwrap();
            assert_eq!((trace.steps_per_epoch, trace.curve.of), (None, 0));
        }
        // Epochs after the end, and of a solver without observations in them.
        let mut short = record(&trained(), &[]);
        short["steps"] = json!(5);
        assert_eq!(positions(&short).0, [0, 4, 5]);
        let solved = canonical(&settings(Some(Solver::Sgd)));
        let few = record(&solved.into(), &[0, 1, 11]);
        assert_eq!(positions(&few).0, [0, 1, 11]);
    }
}
