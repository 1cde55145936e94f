//! The training loop: sample a batch, compute the stochastic gradient, update the parameters.

use super::gradient::{stochastic_gradient, update};
use super::measure::is_finite;
use super::watch::Watch;
use crate::seed;
use crate::trace::{Outcome, Trace};
use crate::train::batches::Batches;
use crate::train::components::optim::Optimizer;
use crate::train::components::{Model, init};
use crate::train::dropout::Dropout;
use crate::train::recorder::failed;
use crate::train::rows::{Split, gather};
use crate::train::schedule::Schedule;
use crate::train::{Cancellation, Job, is_past};
use candle_core::{Device, Result, Tensor};
use rand_chacha::ChaCha8Rng;

/// The name of the autograd executor in run IDs.
pub const REFERENCE: &str = crate::identity::engine::REFERENCE;

/// Trains one run with the autograd executor. Returns `None` if it was cancelled; any other end is an outcome in the
/// trace.
pub fn train(job: &Job, cancellation: &Cancellation) -> Option<Trace> {
    run(job, cancellation).unwrap_or_else(|error| Some(failed(job, REFERENCE, error.to_string())))
}

/// Trains one run. Returns `None` if it was cancelled.
///
/// # Errors
/// Errors of candle.
pub fn run(job: &Job, cancellation: &Cancellation) -> Result<Option<Trace>> {
    let rows = Split::new(job)?;
    let model = Model::new(job.settings, job.seed, rows.features(), rows.outputs())?;
    let parameters = model.parameters();
    let schedule = Schedule::new(job.settings, rows.train_rows());
    let mut optimizer = Optimizer::new(job.settings, parameters.len(), schedule.budget);
    let mut batches = Batches::new(job.settings, job.seed, rows.train_rows());
    let dropout = Dropout::new(job.settings, job.seed);
    let mut noise = Noise::new(job);
    let deadline = cancellation.deadline();
    let (steps, steps_per_epoch) = (schedule.steps, schedule.steps_per_epoch);
    let mut watch = Watch::start(job, &model, &rows, schedule)?;

    for step in 0..steps {
        if cancellation.is_cancelled() {
            return Ok(None);
        }
        let out_of_time = is_past(deadline) && step + 1 < steps;
        watch.before_step(step)?;

        // Randomly sample a batch, compute the stochastic gradient, compute the update.
        let mut batch = gather(&rows.train, batches.sample())?;
        batch.masks = dropout.masks(step, batch.x.dim(0)?)?;
        let mut gradient = stochastic_gradient(&model, &parameters, &batch)?;
        noise.add_to(&mut gradient.entries)?;
        let weights = parameters.iter().map(|p| p.var.as_tensor());
        let updates = optimizer.updates(weights, &gradient.entries)?;
        if let Some(norm) = optimizer.gradient_norm() {
            watch.gradient_norm(norm);
        }

        let diverged = !gradient.loss.is_finite() || !is_finite(&updates)?;
        let last = diverged || out_of_time;
        watch.before_update(step, last, &batch, &gradient, &updates)?;
        update(&parameters, &updates)?;

        let out_of_patience = watch.after_update(step, last)?;
        if diverged {
            return watch.finish(Outcome::Diverged { step }).map(Some);
        }
        if out_of_time {
            return watch.finish(Outcome::TimedOut { step: step + 1 }).map(Some);
        }
        if out_of_patience {
            let epoch = step / steps_per_epoch + 1;
            return watch.finish(Outcome::StoppedEarly { epoch }).map(Some);
        }
    }
    watch.finish(Outcome::Finished).map(Some)
}

/// Normal noise on the gradient of a one-weight model, which has no batches.
struct Noise {
    sd: f64,
    stream: ChaCha8Rng,
}

impl Noise {
    fn new(job: &Job) -> Noise {
        Noise {
            sd: job.settings.gradient_noise,
            stream: seed::stream(job.seed, "gradient-noise"),
        }
    }

    fn add_to(&mut self, gradients: &mut [Tensor]) -> Result<()> {
        if self.sd == 0.0 {
            return Ok(());
        }
        for g in gradients {
            let draws = init::normal(&mut self.stream, g.elem_count(), self.sd);
            let noise = Tensor::from_vec(draws, g.shape(), &Device::Cpu)?;
            *g = (&*g + noise.to_dtype(g.dtype())?)?;
        }
        Ok(())
    }
}
