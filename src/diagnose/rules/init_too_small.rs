//! Initial weights are too small: signal and gradient vanish after a few layers.

use super::{Rule, Verdict, init_size};
use crate::diagnose::Code;
use crate::diagnose::case::Case;
use crate::diagnose::finding::{Side, Threshold};

const KAPPA: Threshold = Threshold {
    quantity: "RMS of the initial weights ÷ √(gain/n_in), median of the hidden layers",
    side: Side::Below,
    value: 0.2,
    healthy: (0.4, 1.5),
    why: "PyTorch's default, the smallest of the common initializations, has 0.41 with ReLU; a tenth of a \
          suitable initialization has 0.1",
};

pub const RULE: Rule = Rule {
    code: Code::InitTooSmall,
    title: "The initial weights are too small",
    meaning: "Every layer makes its input smaller. The last layer hardly distinguishes the rows, \
              and the gradient of the backward pass is even smaller.",
    cause: "By the chain rule a gradient is a product with the weights of all later layers. If \
              weights are too small, gradients vanish.",
    section: "5) Bad initialization",
    signs: "The training curve is flat from the start at the loss of the best constant. \
              Gradients and activations fall by the same factor from layer to layer.",
    remedies: &[
        "start with variance 2/n_in (He) for ReLU, 1/n_in (LeCun) for sigmoid and tanh",
        "use batch normalization of the hidden layers",
    ],
    combination: "The gain is 2 for ReLU and similar activations, and 1 for tanh, sigmoid and linear \
              ones. The rule does not apply to normalized hidden layers.",
    thresholds: &[KAPPA],
};

pub fn look(case: &Case) -> Verdict {
    init_size::look(case, RULE.code, &KAPPA, "small")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testkit::sound::Run;

    #[test]
    fn weights_below_pytorchs_are_too_small_unless_normalized() {
        let mut run = Run::sound().with_kappa(0.02);
        assert!(run.look(look).unwrap().sentence.contains("only 0.02 times"));
        run.settings.batch_norm.hidden = true;
        assert!(run.look(look).is_err());
        assert!(Run::sound().with_kappa(0.41).look(look).is_err());
    }
}
