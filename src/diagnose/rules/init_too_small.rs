//! Initial weights are too small: signal and gradient vanish after a few layers.

use super::definition::{Detection, Rule};
use super::init_size;
use crate::diagnose::Code;
use crate::diagnose::case::Case;
use crate::diagnose::finding::{Side, Threshold};

const KAPPA: Threshold = Threshold {
    quantity: "RMS of the initial weights ÷ √(gain/n_in), median of the hidden layers",
    side: Side::Below,
    value: 0.2,
    healthy: (0.4, 1.5),
    why: "PyTorch's default is the smallest of the common initializations, and has 0.41 with \
              ReLU. Weights at a tenth of the suitable scale have 0.1",
};

pub const RULE: Rule = Rule {
    code: Code::InitTooSmall,
    title: "The initial weights are too small",
    meaning: "Every layer makes its input smaller. The last layer hardly distinguishes the rows. \
              In the backward pass, the gradient shrinks too.",
    cause: "By the chain rule, a gradient has the weights of all later layers as factors. If these \
              weights are too small, the gradient vanishes.",
    section: "5) Bad initialization",
    symptoms: "The training curve is flat from the start, at the loss of the best constant \
              prediction. Activations shrink from the first layer to the last, and gradients from the last \
              layer to the first.",
    fixes: &[
        "`He initialization` for ReLU (variance 2/n_in), `LeCun initialization` for tanh and \
         sigmoid (variance 1/n_in)",
        "`batch normalization` of the hidden layers",
    ],
    combination: "The gain is 2 for ReLU and similar activations, and 1 for tanh, sigmoid and \
              linear layers. The rule does not apply to normalized hidden layers, or to networks \
              with fewer than 10 hidden weights.",
    thresholds: &[KAPPA],
};

pub fn detect(case: &Case) -> Detection {
    init_size::detect(case, RULE.code, &KAPPA, "small")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testkit::sound::SyntheticRun;

    #[test]
    fn weights_below_pytorchs_are_too_small_unless_normalized() {
        let mut run = SyntheticRun::sound().with_kappa(0.02);
        assert!(
            run.detect(detect)
                .unwrap()
                .sentence
                .contains("only 0.02 times")
        );
        run.settings.batch_norm.hidden = true;
        assert!(run.detect(detect).is_err());
        assert!(
            SyntheticRun::sound()
                .with_kappa(0.41)
                .detect(detect)
                .is_err()
        );
    }
}
