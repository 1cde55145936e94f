//! Measurements of the autograd executor for the record of a run.

use super::gradient::Gradient;
use super::measure::{add_activations, sums};
use crate::identity::engine::REFERENCE;
use crate::trace::{Layer, Outcome, Real, Trace};
use crate::train::Job;
use crate::train::components::entries::entries;
use crate::train::components::layers::{described, layers};
use crate::train::components::{Batch, Mode, Model, Parameter, Role, loss};
use crate::train::datasets::Rows;
use crate::train::recorder::observe::{LayerSums, neuron_spread};
use crate::train::recorder::outputs::{Answers, Probe};
use crate::train::recorder::record::{Due, Losses, MeasuredLoss, Record};
use crate::train::rows::{Split, matrix};
use crate::train::schedule::Schedule;
use candle_core::{Error, Result, Tensor};

/// A run in training, and its record.
#[derive(Debug)]
pub struct Watch<'a> {
    job: &'a Job<'a>,
    model: &'a Model,
    rows: &'a Split,
    /// Every layer's weight matrix, with its index among the parameters.
    weights: Vec<(usize, Parameter)>,
    /// The probe rows, and the lattice if there is one.
    asked: (Tensor, Option<Tensor>),
    record: Record<'a>,
}

impl<'a> Watch<'a> {
    /// Records the state before training.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn start(
        job: &'a Job<'a>,
        model: &'a Model,
        rows: &'a Split,
        schedule: Schedule,
    ) -> Result<Watch<'a>> {
        let all = model.parameters();
        let parameters = all.iter().map(|p| p.var.elem_count() as u64).sum();
        let weights = all.into_iter().enumerate();
        let weights: Vec<_> = weights.filter(|(_, p)| p.role == Role::Weight).collect();
        let layers = described_layers(job, &weights)?;
        let probe = Probe::new(job);
        let lattice = probe.points().map(|points| matrix(job.settings, points));
        let asked = (
            rows.train.x.narrow(0, 0, probe.rows())?.contiguous()?,
            lattice.transpose()?,
        );
        let start = answers(model, &asked)?;
        let record = Record::new(job, REFERENCE, schedule, layers, parameters, (probe, start));
        let mut watch = Watch {
            job,
            model,
            rows,
            asked,
            record,
            weights,
        };
        watch.record_weights(0, false)?;
        Ok(watch)
    }

    /// Records the exact losses before a step, if they are due.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn before_step(&mut self, step: u64) -> Result<()> {
        if self.record.is_scheduled(step) {
            let losses = self.losses()?;
            self.record.losses(step, losses);
        }
        Ok(())
    }

    /// Records the batch loss, and the layers if they are due; `last` is true at the end of the run.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn before_update(
        &mut self,
        step: u64,
        last: bool,
        batch: &Batch,
        gradient: &Gradient,
        updates: &[Tensor],
    ) -> Result<()> {
        self.record.batch_loss(gradient.loss);
        if let Some(due) = self.record.look_due(step, last) {
            self.record_layers(step, due, batch, &gradient.entries, updates)?;
        }
        Ok(())
    }

    /// Records the epoch that ends with this step, and returns whether early stopping applies.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn after_update(&mut self, step: u64, last: bool) -> Result<bool> {
        let mut out_of_patience = false;
        if self.record.end_step(step, last) {
            let losses = self.losses()?;
            out_of_patience = self.record.losses_after(step, last, losses);
        }
        let more = step + 1 < self.record.schedule().steps;
        self.record_weights(step + 1, last || out_of_patience || !more)?;
        Ok(out_of_patience)
    }

    /// Records the weights if they are requested after `step` updates.
    fn record_weights(&mut self, step: u64, last: bool) -> Result<()> {
        if self.record.wants_weights(step, last) {
            let state = self.model.state();
            let numbers = state.iter().map(|var| entries(var));
            let numbers = numbers.collect::<Result<_>>()?;
            self.record.weights(step, last, numbers);
        }
        Ok(())
    }

    /// Returns the finished trace.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn finish(self, outcome: Outcome) -> Result<Trace> {
        let test = self.measured(self.rows.test.as_ref(), |data| &data.test)?;
        let end = answers(self.model, &self.asked)?;
        Ok(self.record.finish(outcome, test, end))
    }

    /// Records the layers before the update of a step.
    fn record_layers(
        &mut self,
        step: u64,
        due: Due,
        batch: &Batch,
        gradients: &[Tensor],
        updates: &[Tensor],
    ) -> Result<()> {
        let activations = self.model.activations(&self.asked.0)?;
        let mut deltas = self.model.deltas(batch)?.into_iter();
        let layers = self.weights.iter().zip(activations);
        let layers: Result<Vec<LayerSums>> = layers
            .map(|((place, parameter), (a, activation))| {
                let gradient = sums(&gradients[*place])?;
                // δ of a one-weight model is the gradient of its weight.
                let delta = deltas.next().map(|delta| sums(&delta)).transpose()?;
                let mut layer = LayerSums {
                    gradient,
                    delta: delta.unwrap_or(gradient),
                    weight: sums(&parameter.var)?,
                    update: sums(&updates[*place])?,
                    ..LayerSums::default()
                };
                add_activations(&mut layer, &a, activation)?;
                Ok(layer)
            })
            .collect();
        self.record.layers(step, due, &layers?);
        Ok(())
    }

    /// Records the norm of the gradient of a step, before clipping by norm.
    pub fn gradient_norm(&mut self, norm: f64) {
        self.record.gradient_norm(norm);
    }

    fn losses(&self) -> Result<Losses> {
        let train = self.measure(&self.rows.train, |data| &data.train)?;
        let validation = self.rows.validation.as_ref();
        Ok((train, self.measured(validation, |data| &data.validation)?))
    }

    fn measured(
        &self,
        rows: Option<&Batch>,
        of: impl Fn(&crate::train::datasets::Dataset) -> &Rows,
    ) -> Result<Option<MeasuredLoss>> {
        rows.map(|rows| self.measure(rows, of)).transpose()
    }

    /// Returns the exact loss of some rows, in evaluation mode.
    fn measure(
        &self,
        rows: &Batch,
        of: impl Fn(&crate::train::datasets::Dataset) -> &Rows,
    ) -> Result<MeasuredLoss> {
        let loss = entries(&self.model.risk(rows, Mode::Evaluation)?)?;
        let classes = self.job.data.as_ref();
        let correct = match classes.filter(|data| !data.classes.is_empty()) {
            Some(data) => self.model.outputs(&rows.x)?.map(|outputs| {
                let columns = outputs.dims()[1];
                Ok::<_, Error>(loss::correct(&entries(&outputs)?, &of(data).y, columns))
            }),
            None => None,
        };
        Ok(MeasuredLoss {
            loss: loss[0],
            correct: correct.transpose()?,
            rows: rows.x.dims()[0],
        })
    }
}

/// Returns the layers before training. A one-weight model has a layer of its weight.
fn described_layers(job: &Job, weights: &[(usize, Parameter)]) -> Result<Vec<Layer>> {
    let dims = |(_, p): &(usize, Parameter)| (p.var.dims()[0], p.var.dims()[1]);
    let features = weights.first().map_or(0, |first| dims(first).0);
    let outputs = weights.last().map_or(0, |last| dims(last).1);
    let plan = described(job.settings, &layers(job.settings, features, outputs));
    let mut plan = plan.into_iter();
    let describe = |weight: &(usize, Parameter)| {
        let (inputs, outputs) = dims(weight);
        let start = entries(&weight.1.var)?;
        Ok(Layer {
            name: weight.1.layer.clone(),
            inputs: inputs as u64,
            outputs: outputs as u64,
            neuron_spread: Some(Real(neuron_spread(&start, outputs))),
            ..plan.next().unwrap_or_default()
        })
    };
    weights.iter().map(describe).collect()
}

/// Returns the outputs of the model for probe rows and lattice.
fn answers(model: &Model, asked: &(Tensor, Option<Tensor>)) -> Result<Answers> {
    if let Model::OneWeight(model) = model {
        return Ok(Answers::weight(entries(model.weight())?[0]));
    }
    let says = |x: &Tensor| {
        let outputs = model.outputs(x)?;
        outputs.ok_or_else(|| Error::Msg("the model has no outputs".to_owned()))
    };
    let rows = says(&asked.0)?;
    let lattice = match &asked.1 {
        Some(lattice) => entries(&says(lattice)?)?,
        None => Vec::new(),
    };
    Ok(Answers::new(&entries(&rows)?, &lattice, rows.dims()[1]))
}
