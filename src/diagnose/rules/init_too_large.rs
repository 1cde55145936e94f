//! Initial weights are too large: the signal grows from layer to layer.

use super::definition::{Detection, Rule};
use super::init_size;
use crate::diagnose::Code;
use crate::diagnose::case::Case;
use crate::diagnose::finding::{Side, Threshold};

const KAPPA: Threshold = Threshold {
    quantity: "RMS of the initial weights ÷ √(gain/n_in), median of the hidden layers",
    side: Side::Above,
    value: 3.0,
    healthy: (0.4, 1.5),
    why: "a signal that triples in every layer is out of range after two or three layers. \
              Networks with few layers learn with up to 2.2",
};

pub const RULE: Rule = Rule {
    code: Code::InitTooLarge,
    title: "The initial weights are too large",
    meaning: "Every layer makes its input larger. Outputs start far from the targets, sigmoid and \
              tanh start saturated, and gradients start huge.",
    cause: "By the chain rule, a gradient has the weights of all later layers as factors. If these \
              weights are too large, the gradient explodes.",
    section: "5) Bad initialization",
    symptoms: "The training curve starts far above the loss of the best constant prediction. Then it \
              diverges or stays on a plateau. Many activations are saturated from the start.",
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
    init_size::detect(case, RULE.code, &KAPPA, "large")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testkit::sound::SyntheticRun;

    #[test]
    fn weights_beyond_three_times_he_are_too_large_unless_normalized() {
        let run = SyntheticRun::sound().with_kappa(3.2);
        assert!(run.detect(detect).unwrap().sentence.contains("3.2 times"));
        for normed in [
            |run: &mut SyntheticRun| run.settings.batch_norm.hidden = true,
            |run: &mut SyntheticRun| run.settings.layer_norm.hidden = true,
        ] {
            let mut run = SyntheticRun::sound().with_kappa(3.2);
            normed(&mut run);
            assert!(run.detect(detect).is_err());
        }
        assert!(
            SyntheticRun::sound()
                .with_kappa(2.8)
                .detect(detect)
                .is_err()
        );
    }
}
