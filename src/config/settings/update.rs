//! From gradient to step: clipping, the optimizer with its settings, and the learning-rate schedule.

/// The optimizer. g is the gradient, α the learning rate, λ the weight decay. All roots and quotients are
/// elementwise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum OptimizerSettings {
    /// v ← βv + g, w ← w − αv (the lecture's velocity, no dampening); β = 0 is plain SGD.
    Sgd {
        /// Momentum β.
        momentum: f64,
        /// Step along g + βv instead of v.
        nesterov: bool,
    },
    /// Kingma and Ba 2015, algorithm 1, as PyTorch's `Adam`.
    Adam {
        /// Decay of the mean of the gradient.
        beta1: f64,
        /// Decay of the mean of the squared gradient.
        beta2: f64,
        /// Added to the root of the bias-corrected second moment.
        epsilon: f64,
    },
    /// Loshchilov and Hutter 2019, algorithm 2, as PyTorch's `AdamW`: Adam with the decay −αλw in the step, in place
    /// of λw in the gradient.
    AdamW {
        /// Decay of the mean of the gradient.
        beta1: f64,
        /// Decay of the mean of the squared gradient.
        beta2: f64,
        /// Added to the root of the bias-corrected second moment.
        epsilon: f64,
    },
    /// Tieleman and Hinton 2012, as PyTorch's `RMSprop`: s ← β₂s + (1 − β₂)g², u = g/(√s + ε), then
    /// v ← βv + u and w ← w − αv.
    RmsProp {
        /// Decay rate β₂ of the mean of the squared gradient; PyTorch's `alpha`.
        beta2: f64,
        /// ε.
        epsilon: f64,
        /// Momentum β; 0 for none.
        momentum: f64,
    },
    /// Duchi, Hazan and Singer 2011, as PyTorch's `Adagrad`: s ← s + g², w ← w − α_t g/(√s + ε) with α_t = α/(1 + (t
    /// − 1)η) in update t, from 1.
    AdaGrad {
        /// ε.
        epsilon: f64,
        /// η.
        lr_decay: f64,
    },
}

impl OptimizerSettings {
    /// Returns whether the weight decay acts on the weights themselves, as AdamW has it, in place of the gradient.
    pub fn has_decoupled_decay(self) -> bool {
        match self {
            OptimizerSettings::AdamW { .. } => true,
            OptimizerSettings::Sgd { .. }
            | OptimizerSettings::Adam { .. }
            | OptimizerSettings::RmsProp { .. }
            | OptimizerSettings::AdaGrad { .. } => false,
        }
    }
}

/// Learning-rate schedule after the warm-up; t counts updates since then, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum LrSchedule {
    /// α.
    #[default]
    Constant,
    /// α γ^⌊t/n⌋, as PyTorch's `StepLR` called after every update.
    Step {
        /// Updates n between two changes.
        every: usize,
        /// Factor γ.
        factor: f64,
    },
    /// α γ^t, as PyTorch's `ExponentialLR` called after every update.
    Exponential(f64),
    /// α ½(1 + cos πt/T) for the remaining T updates of the budget, as PyTorch's `CosineAnnealingLR` called after
    /// every update (Loshchilov and Hutter 2017, without restarts).
    Cosine,
}

/// Gradient clipping, before penalties and the optimizer; by norm first if both are set.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Clip {
    /// c of g ← g min(1, c/(‖g‖ + 1e-6)), with ‖g‖ over all parameters: PyTorch's `clip_grad_norm_`.
    pub norm: Option<f64>,
    /// c of g ← max(−c, min(c, g)), entry by entry: PyTorch's `clip_grad_value_`.
    pub value: Option<f64>,
}
