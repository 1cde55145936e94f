//! The network is too deep for its weights: signal and gradient grow by a factor per layer.

use super::definition::{Detection, Rule};
use crate::diagnose::Code;
use crate::diagnose::case::{Case, activation_rms, start};
use crate::diagnose::finding::{Finding, Side, Threshold};
use crate::format::number;

const GROWTH: Threshold = Threshold {
    quantity: "growth of activations from first to last hidden layer, times growth of δ = ∂L/∂z from last to \
               first, before training",
    side: Side::Above,
    value: 20.0,
    healthy: (0.03, 5.0),
    why: "a small change of the first weights is amplified by this factor at the output. Of 627 \
              healthy runs with more than 4 layers, one had 29, and the others at most 13. Runs \
              with too many residual blocks had at least 44",
};

const DEPTH: Threshold = Threshold {
    quantity: "hidden layers",
    side: Side::Above,
    value: 4.0,
    healthy: (1.0, 8.0),
    why: "a product of few factors is huge only if one of them is huge, which is another fault",
};

pub const RULE: Rule = Rule {
    code: Code::ExplodingGradients,
    title: "The gradients explode in the backward pass",
    meaning: "Every layer, or every residual block, makes its input larger. After many layers, \
              activations and gradients are huge. The first steps then move the weights far away.",
    cause: "By the chain rule, a gradient is a product with one factor per layer. Many factors \
              slightly greater than 1 give a huge product. In a residual network, every block \
              adds its own variance to that of the skip connection.",
    section: "2) Network is too deep; 5) Bad initialization",
    symptoms: "Activations grow from the first layer to the last, and gradients from the last layer \
              to the first. The training curve starts very high, jumps or diverges.",
    fixes: &[
        "`fewer layers`: four hidden layers (two with `sigmoid`), or half of them if the network has at \
         most four",
        "`PyTorch initialization`, which has smaller weights than He and LeCun initialization",
        "`batch normalization` of the hidden layers",
    ],
    combination: "(1) and (2) must both hold. δ = ∂L/∂z is the gradient of the loss with respect to \
              the pre-activations z of a layer.",
    thresholds: &[GROWTH, DEPTH],
};

pub fn detect(case: &Case) -> Detection {
    let deep = Some(case.hidden()).filter(|hidden| DEPTH.is_crossed(hidden.len() as f64));
    let Some([first, .., last]) = deep else {
        return Err("too few hidden layers for an exploding gradient".to_owned());
    };
    let forth = activation_rms(last) / activation_rms(first);
    // Saturated predictions give no gradient. Then only the forward pass is known.
    let back = Some(start(&first.delta_rms) / start(&last.delta_rms)).filter(|back| !back.is_nan());
    let back = back.unwrap_or(1.0);
    if forth.is_nan() {
        return Err("the activations of the hidden layers are 0 or not finite".to_owned());
    }
    let words = format!(
        "before training, activations change by a factor of {1} from the first to the last of {0} \
         hidden layers, and the gradient δ = ∂L/∂z by a factor of {2} from the last to the first",
        case.hidden().len(),
        number(forth),
        number(back)
    );
    if !GROWTH.is_crossed(forth * back) {
        return Err(words);
    }
    Ok(Finding {
        code: RULE.code,
        evidence: vec![GROWTH.against(forth * back).in_layer(&last.name).at_start()],
        sentence: words,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testkit::sound::{SyntheticRun, column};

    /// A run with six hidden layers.
    fn deep() -> SyntheticRun {
        let mut run = SyntheticRun::sound();
        let layer = run.trace.layers[1].clone();
        run.trace.layers.splice(1..1, vec![layer; 3]);
        run
    }

    #[test]
    fn growth_in_either_direction_is_found() {
        let mut run = deep();
        run.hidden()[5].activation_sd = column(&[50.0, 50.0]);
        assert!(run.detect(detect).unwrap().evidence[0].value > 50.0);
        let mut run = deep();
        run.hidden()[0].delta_rms = column(&[15.0, 15.0]);
        assert!(
            run.detect(detect)
                .unwrap()
                .sentence
                .contains("δ = ∂L/∂z by a factor of 30 ")
        );
    }

    #[test]
    fn small_growth_or_few_layers_are_no_explosion() {
        let mut run = deep();
        run.hidden()[5].activation_sd = column(&[2.0, 2.0]);
        assert!(run.detect(detect).is_err());
        let mut run = SyntheticRun::sound();
        run.hidden()[2].activation_sd = column(&[50.0, 50.0]);
        assert!(run.detect(detect).unwrap_err().contains("too few"));
    }
}
