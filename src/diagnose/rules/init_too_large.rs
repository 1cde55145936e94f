//! Initial weights too large: the signal grows from layer to layer.

use super::{Rule, Verdict};
use crate::diagnose::Code;
use crate::diagnose::case::{Case, median};
use crate::diagnose::finding::{Finding, Threshold};
use crate::number::number;

const KAPPA: Threshold = Threshold {
    quantity: "median κ of the hidden layers",
    value: 3.0,
    healthy: (0.4, 1.6),
    why: "with it, a signal grows threefold at every layer",
};

pub const RULE: Rule = Rule {
    code: Code::InitTooLarge,
    title: "The initial weights are too large",
    meaning: "Every layer makes its input larger: outputs start far off, sigmoids and tanhs start \
              saturated, and gradients start enormous.",
    cause: "A gradient is a product with one weight per layer (chain rule). If weights are too \
            large, gradients explode.",
    section: "5) Bad initialization",
    signs: "The training curve starts far above the loss of the best constant, and then diverges, or \
            comes to rest on a plateau.",
    remedies: &["start with He's variance 2/n_in for ReLU, Xavier's 1/n_in for sigmoid and tanh"],
    thresholds: &[KAPPA],
};

pub fn look(case: &Case) -> Verdict {
    let kappa = median(case.hidden().iter().map(|layer| case.kappa(layer)));
    let words = number(kappa);
    if kappa.is_nan() {
        return Err("it has no hidden layers whose initial weights could be too large".to_owned());
    }
    if kappa <= KAPPA.value {
        return Err(format!(
            "the initial weights are {words} times what keeps the signal's size"
        ));
    }
    Ok(Finding {
        code: RULE.code,
        evidence: vec![KAPPA.against(kappa).from_epoch(Some(0))],
        sentence: format!(
            "the initial weights are {words} times what keeps the signal's size from layer to layer"
        ),
    })
}
