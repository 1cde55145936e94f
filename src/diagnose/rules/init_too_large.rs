//! Initial weights too large: the signal grows from layer to layer.

use super::{Rule, Verdict, init_size};
use crate::diagnose::Code;
use crate::diagnose::case::Case;
use crate::diagnose::finding::{Side, Threshold};

const KAPPA: Threshold = Threshold {
    quantity: "initial weights as a multiple of √(gain/n_in), median of the hidden layers",
    side: Side::Above,
    value: 3.0,
    healthy: (0.4, 1.5),
    why: "a signal that triples at every layer is out of range after two or three; weights of up to 2.2 are borne by few layers",
};

pub const RULE: Rule = Rule {
    code: Code::InitTooLarge,
    title: "The initial weights are too large",
    meaning: "Every layer makes its input larger: outputs start far off, sigmoids and tanhs start \
              saturated, and gradients start enormous.",
    cause: "By the chain rule a gradient is a product with the weights of every layer behind it. If \
            weights are too large, gradients explode.",
    section: "5) Bad initialization",
    signs: "The training curve starts far above the loss of the best constant, then diverges or comes \
            to rest on a plateau; saturation is high from the start.",
    remedies: &[
        "start with He's variance 2/n_in for ReLU, LeCun's 1/n_in for sigmoid and tanh",
        "use batch normalisation of the hidden layers",
    ],
    thresholds: &[KAPPA],
};

pub fn look(case: &Case) -> Verdict {
    init_size::look(case, RULE.code, &KAPPA, "large")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testkit::sound::Run;

    #[test]
    fn weights_beyond_three_times_he_are_too_large_unless_normalised() {
        let run = Run::sound().with_kappa(3.2);
        assert!(run.look(look).unwrap().sentence.contains("3.2 times"));
        for normed in [
            |run: &mut Run| run.settings.batch_norm.hidden = true,
            |run: &mut Run| run.settings.layer_norm.hidden = true,
        ] {
            let mut run = Run::sound().with_kappa(3.2);
            normed(&mut run);
            assert!(run.look(look).is_err());
        }
        assert!(Run::sound().with_kappa(2.8).look(look).is_err());
    }
}
