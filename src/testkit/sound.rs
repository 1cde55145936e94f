//! A made-up run for the tests of the rules, sound until a test spoils it, and cells of such runs.
#![allow(clippy::unwrap_used)]

use super::fixture;
use crate::config::Values;
use crate::config::settings::{ModelSettings, Normalisation, Settings};
use crate::diagnose::{Case, Context, Diagnosis, Finding, Gate, diagnose};
use crate::grid;
use crate::identity::{RunId, canonical};
use crate::results::{CellResults, RunResult};
use crate::trace::{Evaluation, FeatureScales, Layer, Real, Score, Timing, Trace};

/// A run: three hidden layers of ten ReLUs, 192 rows, 200 epochs of 6 steps.
pub struct SyntheticRun {
    pub trace: Trace,
    pub settings: Settings,
    pub context: Context,
}

/// A column of a layer.
pub fn column(values: &[f64]) -> Vec<Real> {
    values.iter().map(|value| Real(*value)).collect()
}

impl SyntheticRun {
    pub fn sound() -> SyntheticRun {
        let shape = fixture::TraceShape {
            rate: 0.1,
            floor: 0.01,
            epochs: 200,
            diverges: None,
            layers: 4,
            vanishing: 1.0,
            seed: 1,
        };
        let mut trace = fixture::trace(&shape);
        for layer in &mut trace.layers {
            layer.weight_rms = column(&[0.2_f64.sqrt(); 2]);
            layer.update_ratio = column(&[5e-3; 2]);
            for same in [
                &mut layer.activation_sd,
                &mut layer.activation_mean,
                &mut layer.row_sd,
                &mut layer.neuron_sd,
                &mut layer.delta_rms,
            ] {
                *same = column(&[0.5; 2]);
            }
            layer.neuron_spread = Some(Real(0.9));
            layer.fan_in = Some(layer.inputs);
            for none in [&mut layer.dead, &mut layer.saturated] {
                *none = column(&[0.0; 2]);
            }
        }
        trace.snapshots = vec![0, 1199];
        trace.steps = 1200;
        let model = ModelSettings::Mlp {
            hidden: vec![10; 3],
        };
        let run = SyntheticRun {
            settings: fixture::settings(model),
            trace,
            context: Context::default(),
        };
        run.with_losses(&[1.0, 0.2, 0.06, 0.05, 0.05])
    }

    pub fn hidden(&mut self) -> &mut [Layer] {
        let all = self.trace.layers.len();
        &mut self.trace.layers[..all - 1]
    }

    pub fn output(&mut self) -> &mut Layer {
        self.trace.layers.last_mut().unwrap()
    }

    /// Losses as multiples of the best constant's, one per epoch, before training first.
    pub fn with_losses(mut self, losses: &[f64]) -> SyntheticRun {
        self.trace.data.constant_train_loss = Real(1.0);
        let epochs = losses.len() as u64 - 1;
        let epoch = self.trace.steps / epochs;
        let point = |(i, loss): (usize, &f64)| Evaluation {
            step: i as u64 * epoch,
            train: Some(score(*loss)),
            validation: None,
        };
        self.trace.steps_per_epoch = Some(epoch);
        self.trace.evaluations = losses.iter().enumerate().map(point).collect();
        self.trace.curve.at = (1..=epochs).map(|i| i * epoch).collect();
        self.trace.curve.values = column(&losses[1..]);
        self
    }

    /// The same of the validation rows.
    pub fn with_validation(mut self, losses: &[f64]) -> SyntheticRun {
        self.trace.data.constant_validation_loss = Some(Real(1.0));
        for (point, loss) in self.trace.evaluations.iter_mut().zip(losses) {
            point.validation = Some(score(*loss));
        }
        self
    }

    pub fn with_features(
        mut self,
        lowest_sd: f64,
        highest_sd: f64,
        highest_mean: f64,
    ) -> SyntheticRun {
        self.trace.data.scales = Some(FeatureScales {
            lowest_sd: Real(lowest_sd),
            highest_sd: Real(highest_sd),
            highest_mean: Real(highest_mean),
        });
        self
    }

    /// Weights this many times He's.
    pub fn with_kappa(mut self, kappa: f64) -> SyntheticRun {
        for layer in self.hidden() {
            layer.weight_rms = column(&[kappa * 0.2_f64.sqrt(); 2]);
        }
        self
    }

    /// What a rule says of it.
    pub fn detect(&self, detect: fn(&Case) -> Result<Finding, String>) -> Result<Finding, String> {
        let trace = self.with_settings();
        detect(&Case {
            trace: &trace,
            context: &self.context,
            gate: Gate::of(&trace, &self.context),
        })
    }

    /// Whether it learned.
    pub fn gate(&self) -> Gate {
        Gate::of(&self.with_settings(), &self.context)
    }

    /// What all rules together say of it.
    pub fn diagnose(&self) -> Diagnosis {
        diagnose(&self.with_settings(), &self.context)
    }

    /// The trace with what follows from the settings.
    fn with_settings(&self) -> Trace {
        let (settings, mut trace) = (&self.settings, self.trace.clone());
        trace.params = canonical(settings);
        trace.loss = Some(settings.loss.name().to_owned());
        let solver = settings.solving.map(|solving| solving.solver.name());
        trace.optimizer = Some(solver.unwrap_or(settings.optimizer.name()).to_owned());
        let norm =
            |norm: Option<Normalisation>| norm.map_or("none", Normalisation::name).to_owned();
        let input = settings.norm_at(|at| at.input);
        trace.input_normalization = input.map(|input| norm(Some(input)));
        match settings.model {
            ModelSettings::Linear => drop(trace.layers.drain(..trace.layers.len() - 1)),
            ModelSettings::Risk(_) => {
                trace.data.train_rows = 0;
                trace.layers.truncate(1);
                (trace.layers[0].inputs, trace.layers[0].outputs) = (1, 1);
            }
            ModelSettings::Mlp { .. }
            | ModelSettings::Residual { .. }
            | ModelSettings::Custom(_) => {}
        }
        let last = trace.layers.len().saturating_sub(1);
        for (i, layer) in trace.layers.iter_mut().enumerate() {
            let is_output = i == last;
            let activation = match is_output {
                true => settings.output.name(),
                false => settings.activation.name(),
            };
            layer.activation = Some(activation.to_owned());
            layer.gain = Some(Real(settings.activation.gain()));
            layer.normalization = Some(norm(settings.norm_at(|at| match is_output {
                true => at.output,
                false => at.hidden,
            })));
        }
        trace
    }
}

fn score(loss: f64) -> Score {
    Score {
        loss: Real(loss),
        accuracy: None,
    }
}

/// A cell with one run per loss, with seeds from 0. A loss of 1 is the best constant's and
/// 0.5 the best linear model's.
pub fn cell(losses: &[f64], edit: impl Fn(&mut Settings)) -> CellResults {
    let mut settings = SyntheticRun::sound().settings;
    edit(&mut settings);
    let run = |(seed, loss): (usize, &f64)| {
        let mut trace = SyntheticRun::sound().with_losses(&[1.0, *loss]).trace;
        trace.data.linear_train_loss = Some(Real(0.5));
        RunResult {
            run: grid::Run {
                cell: 0,
                seed: seed as u64,
                id: RunId([0; 16]),
            },
            trained: Some((trace.into(), Timing::default())),
        }
    };
    CellResults {
        runs: losses.iter().enumerate().map(run).collect(),
        cell: grid::Cell {
            index: 0,
            coordinates: Vec::new(),
            varied: Vec::new(),
            values: Values::default(),
            settings,
        },
    }
}

/// Leaves settings as they are.
pub fn same(_: &mut Settings) {}
