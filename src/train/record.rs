//! Watches a training from beside the loop and writes its trace.

use super::curve::thin;
use super::measure::{add_activations, sums};
use super::observe::{LayerSums, Moments};
use super::outputs::{Answers, Probe};
use super::reference::Gradient;
use super::rows::Split;
use super::schedule::Schedule;
use super::{Job, REFERENCE, facts};
use crate::data::Rows;
use crate::nn::entries::entries;
use crate::nn::{Batch, Mode, Model, Parameter, Role, loss};
use crate::spec::canonical;
use crate::spec::settings::Precision;
use crate::trace::{Outcome, Real, Risk, RiskPoint, Trace};
use candle_core::{Result, Tensor};

/// The trace as it grows.
pub struct Record<'a> {
    job: &'a Job<'a>,
    model: &'a Model,
    rows: &'a Split,
    schedule: &'a Schedule,
    /// Every layer's weight matrix: its place among the parameters, and itself.
    weights: Vec<(usize, Parameter)>,
    probe: Probe<'a>,
    start: Answers,
    moments: Moments,
    /// Batch losses of this epoch.
    losses: Vec<f64>,
    /// Their means, of the epochs before.
    curve: Vec<f64>,
    risks: Vec<RiskPoint>,
    patience: Patience,
    steps: u64,
}

/// How long the watched loss has not become better.
struct Patience {
    /// Epochs to bear it.
    epochs: Option<usize>,
    best: f64,
    waited: usize,
}

impl<'a> Record<'a> {
    /// Takes down what there is before training.
    ///
    /// # Errors
    /// Those of candle.
    pub fn start(
        job: &'a Job<'a>,
        model: &'a Model,
        rows: &'a Split,
        schedule: &'a Schedule,
    ) -> Result<Record<'a>> {
        let parameters = model.parameters().into_iter().enumerate();
        let weights: Vec<_> = parameters.filter(|(_, p)| p.role == Role::Weight).collect();
        let moments = Moments::new(weights.iter().map(|(_, p)| {
            let shape = p.var.dims();
            (p.layer.clone(), shape[0] as u64, shape[1] as u64)
        }));
        let probe = Probe::new(job, rows)?;
        let mut record = Record {
            start: probe.ask(model)?,
            patience: Patience {
                epochs: job.settings.patience,
                best: f64::INFINITY,
                waited: 0,
            },
            losses: Vec::new(),
            curve: Vec::new(),
            risks: Vec::new(),
            steps: 0,
            job,
            model,
            rows,
            schedule,
            weights,
            probe,
            moments,
        };
        let before = record.risk_point(0)?;
        record.risks.push(before);
        Ok(record)
    }

    /// Takes down the batch loss, and the layer statistics where they are due: `last` says that
    /// no step follows.
    ///
    /// # Errors
    /// Those of candle.
    pub fn before_update(
        &mut self,
        step: u64,
        last: bool,
        gradient: &Gradient,
        updates: &[Tensor],
    ) -> Result<()> {
        self.losses.push(gradient.loss);
        let due = last || self.schedule.moments.binary_search(&step).is_ok();
        // Patience may end the run with this epoch, which is known only after the update.
        let perhaps_last = self.patience.epochs.is_some() && self.schedule.ends_epoch(step);
        if due || perhaps_last {
            let sums = self.layer_sums(&gradient.entries, updates)?;
            self.moments.push(step, &sums, !due);
        }
        Ok(())
    }

    /// Takes down the epoch that ends with this step, and says whether patience ran out with it.
    ///
    /// # Errors
    /// Those of candle.
    pub fn after_update(&mut self, step: u64, last: bool) -> Result<bool> {
        self.steps = step + 1;
        if !(last || self.schedule.ends_epoch(step)) {
            return Ok(false);
        }
        let mean = self.losses.iter().sum::<f64>() / self.losses.len() as f64;
        self.curve.push(self.own_digits(mean));
        self.losses.clear();
        let epoch = self.schedule.epoch_of(step);
        let due = last || self.schedule.risks.binary_search(&epoch).is_ok();
        if !due && self.patience.epochs.is_none() {
            return Ok(false);
        }
        let point = self.risk_point(epoch)?;
        let out = self
            .patience
            .runs_out(point.validation.unwrap_or(point.train).loss.0);
        if due || out {
            self.risks.push(point);
        }
        Ok(out && step + 1 < self.schedule.steps)
    }

    /// The finished trace. A run is not finished whose last update blew it up: no batch loss came
    /// after that, but the exact risk knows.
    ///
    /// # Errors
    /// Those of candle.
    pub fn finish(self, outcome: Outcome) -> Result<Trace> {
        let blown_up = self
            .risks
            .last()
            .is_some_and(|last| !last.train.loss.0.is_finite());
        let outcome = match outcome {
            Outcome::Finished | Outcome::StoppedEarly { .. } if blown_up => Outcome::Diverged {
                step: self.steps.saturating_sub(1),
            },
            other => other,
        };
        let test = match &self.rows.test {
            Some(rows) => Some(self.risk(rows, |data| &data.test)?),
            None => None,
        };
        let end = self.probe.ask(self.model)?;
        let parameters = self.model.parameters();
        Ok(Trace {
            settings: canonical(self.job.settings),
            seed: self.job.seed,
            engine: REFERENCE.to_owned(),
            outcome,
            data: facts::facts(self.job),
            steps: self.steps,
            parameters: parameters.iter().map(|p| p.var.elem_count() as u64).sum(),
            curve: thin(&self.curve),
            risks: self.risks,
            test,
            moments: self.moments.steps,
            layers: self.moments.layers,
            outputs: self.probe.outputs(self.model, self.start, end),
        })
    }

    fn layer_sums(&self, gradients: &[Tensor], updates: &[Tensor]) -> Result<Vec<LayerSums>> {
        let activations = self.model.activations(&self.probe.x)?;
        let layers = self.weights.iter().zip(activations);
        layers
            .map(|((place, parameter), (a, activation))| {
                let mut layer = LayerSums {
                    gradient: sums(&gradients[*place])?,
                    weight: sums(&parameter.var)?,
                    update: sums(&updates[*place])?,
                    ..LayerSums::default()
                };
                add_activations(&mut layer, &a, activation)?;
                Ok(layer)
            })
            .collect()
    }

    fn risk_point(&self, epoch: u64) -> Result<RiskPoint> {
        Ok(RiskPoint {
            epoch,
            train: self.risk(&self.rows.train, |data| &data.train)?,
            validation: match &self.rows.validation {
                Some(rows) => Some(self.risk(rows, |data| &data.validation)?),
                None => None,
            },
        })
    }

    /// A loss with no more digits than its precision has: 0.1, not the 0.10000000149011612 that
    /// the nearest 32-bit float is in 64 bits, to keep a trace small.
    fn own_digits(&self, loss: f64) -> f64 {
        match self.job.settings.precision {
            Precision::F32 => (loss as f32).to_string().parse().unwrap_or(loss),
            Precision::F64 => loss,
        }
    }

    /// The exact risk of some rows, in evaluation mode.
    fn risk(&self, rows: &Batch, of: impl Fn(&crate::data::Dataset) -> &Rows) -> Result<Risk> {
        let loss = entries(&self.model.risk(rows, Mode::Evaluation)?)?;
        let accuracy = match (self.model, self.job.data) {
            (Model::Network(network), Some(data)) if !data.classes.is_empty() => {
                let outputs = network.outputs(&rows.x)?;
                let classes = &of(data).y;
                let correct = loss::correct(&entries(&outputs)?, classes, outputs.dims()[1]);
                Some(Real(correct as f64 / classes.len() as f64))
            }
            _ => None,
        };
        Ok(Risk {
            loss: Real(self.own_digits(loss[0])),
            accuracy,
        })
    }
}

impl Patience {
    /// Takes the watched loss of one more epoch. A NaN is not better.
    fn runs_out(&mut self, loss: f64) -> bool {
        if loss < self.best {
            (self.best, self.waited) = (loss, 0);
        } else {
            self.waited += 1;
        }
        self.epochs.is_some_and(|epochs| self.waited >= epochs)
    }
}
