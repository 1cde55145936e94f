//! Initial weights too small: the signal, and with it the gradient, is gone after a few layers.

use super::{Rule, Verdict, init_size};
use crate::diagnose::Code;
use crate::diagnose::case::Case;
use crate::diagnose::finding::{Side, Threshold};

const KAPPA: Threshold = Threshold {
    quantity: "initial weights as a multiple of √(gain/n_in), median of the hidden layers",
    side: Side::Below,
    value: 0.2,
    healthy: (0.4, 1.5),
    why: "PyTorch's default, the smallest of the usual initialisations, has 0.41 under ReLU, and a tenth of a fitting one 0.1",
};

pub const RULE: Rule = Rule {
    code: Code::InitTooSmall,
    title: "The initial weights are too small",
    meaning: "Every layer makes its input smaller, so that the last one hardly tells the rows apart, \
              and the gradient that comes back is smaller still.",
    cause: "By the chain rule a gradient is a product with the weights of every layer behind it. If \
            weights are too small, gradients vanish.",
    section: "5) Bad initialization",
    signs: "The training curve is flat from the start at the loss of the best constant; gradients \
            and activations fall by the same factor from layer to layer.",
    remedies: &[
        "start with He's variance 2/n_in for ReLU, LeCun's 1/n_in for sigmoid and tanh",
        "use batch normalisation of the hidden layers",
    ],
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
    fn weights_below_pytorchs_are_too_small_unless_normalised() {
        let mut run = Run::sound().with_kappa(0.02);
        assert!(run.look(look).unwrap().sentence.contains("only 0.02 times"));
        run.settings.batch_norm.hidden = true;
        assert!(run.look(look).is_err());
        assert!(Run::sound().with_kappa(0.41).look(look).is_err());
    }
}
