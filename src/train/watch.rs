//! Measurements of the autograd executor for the record of a run.

use super::REFERENCE;
use super::measure::{add_activations, sums};
use super::observe::LayerSums;
use super::outputs::{Answers, Probe};
use super::record::{Due, Measured, Record};
use super::reference::Gradient;
use super::rows::{Split, matrix};
use super::{Job, schedule::Schedule};
use crate::data::Rows;
use crate::nn::entries::entries;
use crate::nn::{Batch, Mode, Model, Parameter, Role, loss};
use crate::trace::{Outcome, Trace};
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
        let layers = weights.iter().map(|(_, p)| {
            let shape = p.var.dims();
            (p.layer.clone(), shape[0] as u64, shape[1] as u64)
        });
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
        let (train, validation) = watch.risks()?;
        watch.record.first_risk(train, validation);
        watch.hand_over(0, false)?;
        Ok(watch)
    }

    /// Records the batch loss, and layer statistics if they are due; `last` is true at the end of the run.
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
        if let Some(due) = self.record.moment_due(step, last) {
            self.moment(step, due, batch, &gradient.entries, updates)?;
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
            let (train, validation) = self.risks()?;
            out_of_patience = self.record.risk(step, last, train, validation);
        }
        let more = step + 1 < self.record.schedule().steps;
        self.hand_over(step + 1, last || out_of_patience || !more)?;
        Ok(out_of_patience)
    }

    /// Passes on the weights if they are requested after `step` updates.
    fn hand_over(&mut self, step: u64, last: bool) -> Result<()> {
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

    fn moment(
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
        self.record.moment(step, due, &layers?);
        Ok(())
    }

    /// Returns the losses on the training rows, and on the validation rows if there are any.
    fn risks(&self) -> Result<(Measured, Option<Measured>)> {
        let train = self.measure(&self.rows.train, |data| &data.train)?;
        let validation = self.rows.validation.as_ref();
        Ok((train, self.measured(validation, |data| &data.validation)?))
    }

    fn measured(
        &self,
        rows: Option<&Batch>,
        of: impl Fn(&crate::data::Dataset) -> &Rows,
    ) -> Result<Option<Measured>> {
        rows.map(|rows| self.measure(rows, of)).transpose()
    }

    /// Returns the exact loss of some rows, in evaluation mode.
    fn measure(
        &self,
        rows: &Batch,
        of: impl Fn(&crate::data::Dataset) -> &Rows,
    ) -> Result<Measured> {
        let loss = entries(&self.model.risk(rows, Mode::Evaluation)?)?;
        let classes = self.job.data.as_ref();
        let correct = match classes.filter(|data| !data.classes.is_empty()) {
            Some(data) => self.model.outputs(&rows.x)?.map(|outputs| {
                let columns = outputs.dims()[1];
                Ok::<_, Error>(loss::correct(&entries(&outputs)?, &of(data).y, columns))
            }),
            None => None,
        };
        Ok(Measured {
            loss: loss[0],
            correct: correct.transpose()?,
            rows: rows.x.dims()[0],
        })
    }
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
