//! Too deep for its weights: signal and gradient grow by a factor per layer.

use super::{Rule, Verdict};
use crate::diagnose::Code;
use crate::diagnose::case::{Case, size, start};
use crate::diagnose::finding::{Finding, Threshold};
use crate::number::number;

const GROWTH: Threshold = Threshold {
    quantity: "largest over smallest size of what hidden layers say, or of their δ, before training",
    value: 10.0,
    healthy: (1.0, 6.0),
    why: "a step that suits the layers with small gradients is then ten times too long for the others",
};

pub const RULE: Rule = Rule {
    code: Code::ExplodingGradients,
    title: "The gradients explode on their way back",
    meaning: "Every layer, or every residual block, adds to the size of its input. After many of them \
              outputs and gradients are enormous, and the first steps throw the weights far off.",
    cause: "By the chain rule a gradient is a product with a factor per layer. Factors only a little \
            greater than 1 make an enormous product of many. In a residual network every block adds \
            its own variance to what skips it.",
    section: "2) Network is too deep; 5) Bad initialization",
    signs: "Activations grow from layer to layer, gradients from the output to the input; the training \
            curve starts very high, jumps, or diverges.",
    remedies: &[
        "use fewer layers",
        "start with smaller weights: PyTorch's default in place of He's in a residual network",
        "use batch normalisation of the hidden layers",
    ],
    thresholds: &[GROWTH],
};

pub fn look(case: &Case) -> Verdict {
    let (Some(first), Some(last)) = (case.hidden().first(), case.hidden().last()) else {
        return Err("it has no hidden layers for a gradient to explode in".to_owned());
    };
    let forth = size(last) / size(first);
    let back = start(&first.delta_rms) / start(&last.delta_rms);
    let (growth, what) = match back > forth || forth.is_nan() {
        true => (back, "δ grows from the last hidden layer to the first"),
        false => (
            forth,
            "activations grow from the first hidden layer to the last",
        ),
    };
    if !GROWTH.is_below(growth) {
        return Err(format!(
            "before training, what its layers say grows {}-fold and their δ {}-fold at most",
            number(forth),
            number(back)
        ));
    }
    Ok(Finding {
        code: RULE.code,
        evidence: vec![
            GROWTH
                .against(growth)
                .in_layer(&first.name)
                .from_epoch(Some(0)),
        ],
        sentence: format!(
            "before training, {what}, {}-fold over {} layers",
            number(growth),
            case.hidden().len()
        ),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::diagnose::tests::{Run, column};

    #[test]
    fn growth_is_found_in_either_direction() {
        let mut run = Run::sound();
        run.hidden()[2].activation_sd = column(&[50.0, 50.0]);
        assert!(
            run.look(look)
                .unwrap()
                .sentence
                .contains("activations grow")
        );
        let mut run = Run::sound();
        run.hidden()[0].delta_rms = column(&[6.0, 6.0]);
        assert!(run.look(look).unwrap().sentence.contains("δ grows"));
    }

    #[test]
    fn a_few_times_as_large_is_no_explosion() {
        let mut run = Run::sound();
        run.hidden()[2].activation_sd = column(&[2.0, 2.0]);
        assert!(run.look(look).is_err());
    }
}
