//! Which runs the executors accept, and which can share a stack.

use super::kernel::float::Float;
use crate::config::Settings;
use crate::config::settings::{
    Budget, ClassWeights, Init, LrSchedule, ModelSettings, OneWeightRisk, OptimizerSettings,
    Precision, Source,
};

/// The name of the executor for stacks, part of the run ID.
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
        ModelSettings::Risk(OneWeightRisk::Ripples | OneWeightRisk::DoubleWell) => {
            Err("a one-weight model has no layers")
        }
        ModelSettings::Custom(_) => Err("only the custom model knows its layers"),
        ModelSettings::Linear | ModelSettings::Mlp { .. } | ModelSettings::Residual { .. } => {
            Ok(())
        }
    }
}

/// Returns whether the stacked executor supports runs of these settings.
///
/// # Errors
/// The reason, as a phrase after "because".
pub fn takes(settings: &Settings) -> Result<(), &'static str> {
    has_layers(settings)?;
    let hidden = match &settings.model {
        ModelSettings::Risk(_) | ModelSettings::Custom(_) | ModelSettings::Linear => return Ok(()),
        ModelSettings::Mlp { hidden } => hidden.clone(),
        ModelSettings::Residual { width, .. } => vec![*width; 2],
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
    shape.schedule = LrSchedule::Constant;
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
        OptimizerSettings::Sgd { momentum, .. } => *momentum = whether(*momentum),
        OptimizerSettings::Adam {
            beta1,
            beta2,
            epsilon,
        }
        | OptimizerSettings::AdamW {
            beta1,
            beta2,
            epsilon,
        } => (*beta1, *beta2, *epsilon) = (0.0, 0.0, 0.0),
        OptimizerSettings::RmsProp {
            beta2,
            epsilon,
            momentum,
        } => (*beta2, *epsilon, *momentum) = (0.0, 0.0, whether(*momentum)),
        OptimizerSettings::AdaGrad { epsilon, lr_decay } => (*epsilon, *lr_decay) = (0.0, 0.0),
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
        | Source::Custom { .. } => {}
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
