//! Initial weights too small: the signal, and with it the gradient, is gone after a few layers.

use super::{Rule, Verdict};
use crate::diagnose::Code;
use crate::diagnose::case::Case;
use crate::diagnose::finding::{Finding, Threshold};
use crate::number::number;

const KAPPA: Threshold = Threshold {
    quantity: "initial weights as a multiple of √(gain/n_in), median of the hidden layers",
    value: 0.3,
    healthy: (0.4, 1.6),
    why: "PyTorch's default, the smallest of the usual initialisations, has 0.41 under ReLU",
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
        "start with He's variance 2/n_in for ReLU, Xavier's 1/n_in for sigmoid and tanh",
        "use batch normalisation of the hidden layers",
    ],
    thresholds: &[KAPPA],
};

pub fn look(case: &Case) -> Verdict {
    let kappa = case.kappa();
    let words = number(kappa);
    if kappa.is_nan() {
        return Err("it has no hidden layers whose initial weights could be too small".to_owned());
    }
    if case.settings.batch_norm.hidden {
        return Err("batch normalisation takes the size of the weights away again".to_owned());
    }
    if !KAPPA.is_above(kappa) {
        return Err(format!(
            "the initial weights are {words} times what keeps the signal's size"
        ));
    }
    Ok(Finding {
        code: RULE.code,
        evidence: vec![KAPPA.against(kappa).from_epoch(Some(0))],
        sentence: format!(
            "the initial weights are only {words} times what keeps the signal's size from layer to layer"
        ),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::diagnose::tests::Run;

    #[test]
    fn weights_below_pytorchs_are_too_small_unless_normalised() {
        let mut run = Run::sound().with_kappa(0.02);
        assert!(run.look(look).unwrap().sentence.contains("only 0.02 times"));
        run.settings.batch_norm.hidden = true;
        assert!(run.look(look).is_err());
        assert!(Run::sound().with_kappa(0.41).look(look).is_err());
    }
}
