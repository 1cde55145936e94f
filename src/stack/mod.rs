//! The stacked engine: runs of the same shape trained together, one per SIMD lane.
//!
//! A stack is up to 16 runs in f32, 8 in f64. Every number of a network (a weight, an activation, a
//! gradient) is there once per lane, side by side, so that one instruction does a step of arithmetic
//! for all of them. A worker takes a stack through its whole training inside two tensors
//! ([`arena`]), whose parts ([`layout`]) stay in the cache. Nothing in a lane depends on another: a run
//! has the same bits alone and among fifteen others, on every instruction set.
//!
//! [`mod@training`] is the loop, [`pass`] the way through the network and back, [`look`] what is
//! observed, [`kernel`] the arithmetic. A run with wide layers takes the same way by itself, where the
//! stack has one lane ([`kernel::lone`]). What is due when, and what the trace says, is
//! [`crate::train`]'s, as for the reference engine.

pub mod arena;
mod due;
mod filling;
mod hand;
pub mod kernel;
pub mod lane;
pub mod layout;
pub mod look;
pub mod pass;
pub mod region;
pub mod rows;
pub mod training;

use crate::spec::Settings;
use crate::spec::settings::{
    Budget, ClassWeights, Init, Model, OneWeightRisk, Optimizer, Precision, Schedule, Source,
};
use crate::train::rows::NO_ROWS;
use crate::train::{Control, Ended, Job, failed};
use arena::Number;
use kernel::lone::Lone;
use kernel::real::Real;
use pulp::Arch;
use std::cell::RefCell;

/// Its name, part of the identity of its runs.
pub const NAME: &str = crate::identity::engine::STACKED;

/// That of the way of runs by themselves, whose products have other bits.
pub const WIDE: &str = crate::identity::engine::WIDE;

/// Weights of a layer beyond which a matrix product per run is quicker than one per lane.
const WIDEST: usize = 80 * 80;

/// Whether runs of these settings have layers, which is all that it takes to train one by itself.
///
/// # Errors
/// The reason why not, to follow "because".
pub fn has_layers(settings: &Settings) -> Result<(), &'static str> {
    if settings.solving.is_some() {
        return Err("a solver was asked for");
    }
    match settings.model {
        Model::Risk(OneWeightRisk::Ripples | OneWeightRisk::DoubleWell) => {
            Err("a one-weight risk has no layers")
        }
        Model::Own(_) => Err("only the model itself knows its layers"),
        Model::Linear | Model::Mlp { .. } | Model::Residual { .. } => Ok(()),
    }
}

/// Whether runs of these settings are trained in stacks; if not, why.
///
/// # Errors
/// The reason, to follow "because".
pub fn takes(settings: &Settings) -> Result<(), &'static str> {
    has_layers(settings)?;
    let hidden = match &settings.model {
        Model::Risk(_) | Model::Own(_) | Model::Linear => return Ok(()),
        Model::Mlp { hidden } => hidden.clone(),
        Model::Residual { width, .. } => vec![*width; 2],
    };
    let pairs = hidden.windows(2).map(|pair| pair[0] * pair[1]);
    match pairs.max() {
        Some(weights) if weights > WIDEST => Err("layers so wide are quicker one run at a time"),
        _ => Ok(()),
    }
}

/// What runs must share to be trained in one stack, as text that is the same for the same: all of
/// their settings but those that may differ from lane to lane.
pub fn shape(settings: &Settings) -> String {
    let mut shape = settings.clone();
    shape.lr = 0.0;
    shape.schedule = Schedule::Constant;
    shape.warmup = 0;
    shape.weight_decay = 0.0;
    // A step of those that clip, drop activations, or have an L1 penalty, costs more.
    let whether = |number: f64| f64::from(u8::from(number != 0.0));
    shape.clip.norm = shape.clip.norm.map(whether);
    shape.clip.value = shape.clip.value.map(whether);
    shape.l1 = whether(shape.l1);
    shape.labels.smoothing = 0.0;
    // Rows that count differently take a loss of their own.
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
    // Without momentum there is no velocity to remember.
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
    // Of the data only the numbers of rows, features and classes matter.
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

/// Lanes of a stack of such runs.
pub fn lanes(settings: &Settings) -> usize {
    match settings.precision {
        Precision::F32 => f32::LANES,
        Precision::F64 => f64::LANES,
    }
}

/// Trains runs in stacks: draws jobs of one shape, and tells of each as it ends, by its place among
/// those drawn. Nothing comes out of jobs that were cancelled.
pub fn train(
    jobs: &mut dyn Iterator<Item = Job<'_>>,
    control: &Control,
    ended: &mut dyn FnMut(usize, Ended),
) {
    train_with::<f32, f64>(jobs, control, ended);
}

/// Trains runs one after another, each by itself.
pub fn train_wide(
    jobs: &mut dyn Iterator<Item = Job<'_>>,
    control: &Control,
    ended: &mut dyn FnMut(usize, Ended),
) {
    train_with::<Lone<f32>, Lone<f64>>(jobs, control, ended);
}

/// Trains runs with these numbers of 32 and of 64 bits.
fn train_with<A: Number, B: Number>(
    jobs: &mut dyn Iterator<Item = Job<'_>>,
    control: &Control,
    ended: &mut dyn FnMut(usize, Ended),
) {
    let ended = RefCell::new(ended);
    let mut tell = |place: usize, run: Ended| (ended.borrow_mut())(place, run);
    // Those without rows end at once, and take no lane.
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
            Precision::F32 => training::run::<A>(&mut jobs, Arch::new(), control, &mut tell),
            Precision::F64 => training::run::<B>(&mut jobs, Arch::new(), control, &mut tell),
        };
        // Nothing that a run could bring about: whoever called tries its runs one by one.
        if let Err(error) = result {
            panic!("{error}");
        }
    }
}
