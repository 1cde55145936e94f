//! The training loop of the lecture with candle's autograd, one run at a time.

mod executor;
pub mod measure;
pub mod watch;

pub use executor::EXECUTOR;

use super::batches::Batches;
use super::dropout::Dropout;
use super::recorder::failed;
use super::rows::{Split, gather};
use super::schedule::Schedule;
use super::{Control, Job, is_past};
use crate::seed;
use crate::trace::{Outcome, Trace};
use crate::train::autograd::measure::is_finite;
use crate::train::autograd::watch::Watch;
use crate::train::components::optim::Optimizer;
use crate::train::components::{Batch, Mode, Model, Parameter, init};
use candle_core::{Device, Result, Tensor};
use rand_chacha::ChaCha8Rng;

/// The name of the autograd executor in run IDs.
pub const REFERENCE: &str = crate::identity::engine::REFERENCE;

/// Trains one run with the autograd executor. Returns `None` if it was cancelled; any other end is an outcome in the
/// trace.
pub fn train(job: &Job, control: &Control) -> Option<Trace> {
    run(job, control).unwrap_or_else(|error| Some(failed(job, REFERENCE, error.to_string())))
}

/// A stochastic gradient.
#[derive(Debug)]
pub struct Gradient {
    /// The mean loss of the batch.
    pub loss: f64,
    /// Its gradient with respect to every parameter, in their order.
    pub entries: Vec<Tensor>,
}

/// Trains one run. Returns `None` if it was cancelled.
///
/// # Errors
/// Errors of candle.
pub fn run(job: &Job, control: &Control) -> Result<Option<Trace>> {
    let rows = Split::new(job)?;
    let model = Model::new(job.settings, job.seed, rows.features(), rows.outputs())?;
    let parameters = model.parameters();
    let schedule = Schedule::new(job.settings, rows.train_rows());
    let mut optimizer = Optimizer::new(job.settings, parameters.len(), schedule.budget);
    let mut batches = Batches::new(job.settings, job.seed, rows.train_rows());
    let dropout = Dropout::new(job.settings, job.seed);
    let mut noise = Noise::new(job);
    let deadline = control.deadline();
    let (steps, steps_per_epoch) = (schedule.steps, schedule.steps_per_epoch);
    let mut watch = Watch::start(job, &model, &rows, schedule)?;

    for step in 0..steps {
        if control.is_cancelled() {
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

/// Returns ∇R_B(w) with respect to every parameter, and R_B(w).
///
/// # Errors
/// Errors of candle.
pub fn stochastic_gradient(
    model: &Model,
    parameters: &[Parameter],
    batch: &Batch,
) -> Result<Gradient> {
    let risk = model.risk(batch, Mode::Training)?;
    let gradients = risk.backward()?;
    let of = |p: &Parameter| match gradients.get(&p.var) {
        // Detached, because the optimizer state would keep the graph alive.
        Some(gradient) => Ok(gradient.detach()),
        None => p.var.zeros_like(),
    };
    Ok(Gradient {
        loss: risk.to_dtype(candle_core::DType::F64)?.to_scalar()?,
        entries: parameters.iter().map(of).collect::<Result<_>>()?,
    })
}

/// Computes w ← w + Δw.
///
/// # Errors
/// Errors of candle.
pub fn update(parameters: &[Parameter], updates: &[Tensor]) -> Result<()> {
    for (parameter, delta) in parameters.iter().zip(updates) {
        let w = parameter.var.as_detached_tensor();
        parameter.var.set(&(w + delta)?)?;
    }
    Ok(())
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
