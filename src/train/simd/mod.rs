//! The stacked executor: runs of the same shape trained together, one per SIMD lane.
//!
//! A stack has up to 16 runs in f32, 8 in f64. Every number of a network (a weight, an activation, a gradient) exists
//! once per lane, adjacent in memory, so that one instruction computes it for all runs. A worker trains a stack from
//! start to end within two tensors ([`arena`]), and their regions ([`layout`]) stay in the cache. Lanes are
//! independent: a run is bit-identical on its own, with fifteen others, and on every instruction set.
//!
//! [`mod@training`] is the training loop, [`pass`] the forward and backward pass, [`look`] the measurements,
//! [`kernel`] the arithmetic. A run with wide layers uses the same code in a stack with one lane ([`kernel::lone`]).
//! [`crate::train`] decides what to record and builds the trace, as for the autograd executor.

pub mod arena;
pub mod evaluation;
mod executors;
mod filling;
pub mod kernel;
pub mod lane;
pub mod layout;
pub mod pass;
mod recording;
pub mod region;
pub mod rows;
pub mod training;
mod weight_snapshots;

pub use executors::{STACKED_EXECUTOR, WIDE_EXECUTOR};

use crate::config::Settings;
use crate::config::settings::{
    Budget, ClassWeights, Init, Model, OneWeightRisk, Optimizer, Precision, Schedule, Source,
};
use crate::train::recorder::failed;
use crate::train::rows::NO_ROWS;
use crate::train::{Control, Ended, Job};
use arena::Number;
use kernel::real::Real;
use kernel::single::Lone;
use pulp::Arch;
use std::cell::RefCell;

/// The name of this executor, part of the run ID.
pub const NAME: &str = crate::identity::engine::STACKED;

/// The name of the executor for single wide runs, because different matrix products give different bits.
pub const WIDE: &str = crate::identity::engine::WIDE;

/// Number of weights of a layer above which a matrix product per run is faster than one per lane.
const WIDEST: usize = 80 * 80;

/// Returns whether runs of these settings have layers, so that the wide executor can train them.
///
/// # Errors
/// The reason, as a phrase after "because".
pub fn has_layers(settings: &Settings) -> Result<(), &'static str> {
    if settings.solving.is_some() {
        return Err("a solver is set");
    }
    match settings.model {
        Model::Risk(OneWeightRisk::Ripples | OneWeightRisk::DoubleWell) => {
            Err("a one-weight model has no layers")
        }
        Model::Own(_) => Err("only the custom model knows its layers"),
        Model::Linear | Model::Mlp { .. } | Model::Residual { .. } => Ok(()),
    }
}

/// Returns whether the stacked executor supports runs of these settings.
///
/// # Errors
/// The reason, as a phrase after "because".
pub fn takes(settings: &Settings) -> Result<(), &'static str> {
    has_layers(settings)?;
    let hidden = match &settings.model {
        Model::Risk(_) | Model::Own(_) | Model::Linear => return Ok(()),
        Model::Mlp { hidden } => hidden.clone(),
        Model::Residual { width, .. } => vec![*width; 2],
    };
    let pairs = hidden.windows(2).map(|pair| pair[0] * pair[1]);
    match pairs.max() {
        Some(weights) if weights > WIDEST => Err("layers this wide are faster without stacking"),
        _ => Ok(()),
    }
}

/// Returns a text that is equal for runs that can share a stack: all of their settings except those that may differ
/// between lanes.
pub fn shape(settings: &Settings) -> String {
    let mut shape = settings.clone();
    shape.lr = 0.0;
    shape.schedule = Schedule::Constant;
    shape.warmup = 0;
    shape.weight_decay = 0.0;
    // Clipping, dropout and the L1 penalty make a step more expensive.
    let whether = |number: f64| f64::from(u8::from(number != 0.0));
    shape.clip.norm = shape.clip.norm.map(whether);
    shape.clip.value = shape.clip.value.map(whether);
    shape.l1 = whether(shape.l1);
    shape.labels.smoothing = 0.0;
    // Class weights use a separate loss function.
    if shape.labels.weights != ClassWeights::Equal {
        shape.labels.weights = ClassWeights::Balanced;
    }
    shape.dropout = whether(shape.dropout);
    shape.init = Init::Constant(0.0);
    shape.output_bias = None;
    shape.budget = Budget::Steps(0);
    shape.stop_at = None;
    shape.patience = None;
    shape.gradient_noise = 0.0;
    // Without momentum, no velocity is stored.
    match &mut shape.optimizer {
        Optimizer::Sgd { momentum, .. } => *momentum = whether(*momentum),
        Optimizer::Adam {
            beta1,
            beta2,
            epsilon,
        }
        | Optimizer::AdamW {
            beta1,
            beta2,
            epsilon,
        } => (*beta1, *beta2, *epsilon) = (0.0, 0.0, 0.0),
        Optimizer::RmsProp {
            beta2,
            epsilon,
            momentum,
        } => (*beta2, *epsilon, *momentum) = (0.0, 0.0, whether(*momentum)),
        Optimizer::AdaGrad { epsilon, lr_decay } => (*epsilon, *lr_decay) = (0.0, 0.0),
    }
    // Of the data, only the numbers of rows, features and classes matter.
    let data = &mut shape.data;
    data.noise = 0.0;
    data.scales = Vec::new();
    data.offsets = Vec::new();
    data.standardize = false;
    match &mut data.source {
        Source::Sine { frequency, range } => (*frequency, *range) = (0.0, [0.0; 2]),
        Source::Wiggle { range } => *range = [0.0; 2],
        Source::Linear { condition, .. } => *condition = 0.0,
        Source::Spirals { turns, .. } => *turns = 0.0,
        Source::None
        | Source::Moons
        | Source::Circles
        | Source::Gaussian { .. }
        | Source::Blobs { .. }
        | Source::Xor
        | Source::Csv { .. }
        | Source::Npy { .. }
        | Source::Npz { .. }
        | Source::Idx { .. }
        | Source::Own { .. } => {}
    }
    format!("{shape:?}")
}

/// Returns the number of lanes of a stack of such runs.
pub fn lanes(settings: &Settings) -> usize {
    match settings.precision {
        Precision::F32 => f32::LANES,
        Precision::F64 => f64::LANES,
    }
}

/// Trains runs in stacks: takes jobs of one shape, and reports each as it ends, by its index. Cancelled jobs report
/// nothing.
pub fn train(
    jobs: &mut dyn Iterator<Item = Job<'_>>,
    control: &Control,
    ended: &mut dyn FnMut(usize, Ended),
) {
    train_with::<f32, f64>(jobs, control, ended);
}

/// Trains runs one after another, each in its own stack.
pub fn train_wide(
    jobs: &mut dyn Iterator<Item = Job<'_>>,
    control: &Control,
    ended: &mut dyn FnMut(usize, Ended),
) {
    train_with::<Lone<f32>, Lone<f64>>(jobs, control, ended);
}

/// Trains runs with these number types for 32 and 64 bits.
fn train_with<A: Number, B: Number>(
    jobs: &mut dyn Iterator<Item = Job<'_>>,
    control: &Control,
    ended: &mut dyn FnMut(usize, Ended),
) {
    let ended = RefCell::new(ended);
    let mut report = |place: usize, run: Ended| (ended.borrow_mut())(place, run);
    // Jobs without rows end at once, and need no lane.
    let jobs = jobs.enumerate().filter_map(|(place, job)| {
        if job.data.as_ref().is_some_and(|data| !data.train.is_empty()) {
            return Some((place, job));
        }
        let failed = failed(&job, A::ENGINE, NO_ROWS.to_owned());
        (ended.borrow_mut())(place, failed.into());
        None
    });
    let mut jobs = jobs.peekable();
    while let Some((_, first)) = jobs.peek() {
        if control.is_cancelled() {
            return;
        }
        let result = match first.settings.precision {
            Precision::F32 => training::run::<A>(&mut jobs, Arch::new(), control, &mut report),
            Precision::F64 => training::run::<B>(&mut jobs, Arch::new(), control, &mut report),
        };
        // No run can cause this error. The caller then tries the runs one by one.
        if let Err(error) = result {
            panic!("{error}");
        }
    }
}
