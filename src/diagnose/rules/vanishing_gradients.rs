//! Too deep: the gradient does not reach the first layers.

use super::{Rule, Verdict};
use crate::diagnose::Code;
use crate::diagnose::case::{Case, start};
use crate::diagnose::finding::{Finding, Threshold};
use crate::number::number;

const DELTA: Threshold = Threshold {
    quantity: "δ of the first layer over δ of the last",
    value: 1e-3,
    healthy: (0.01, 30.0),
    why: "the update of the first layer is then a thousandth of that of the last",
};

pub const RULE: Rule = Rule {
    code: Code::VanishingGradients,
    title: "The gradients vanish on their way back",
    meaning: "The first layers get no gradient worth the name, so they stay as they were drawn, and \
              what they pass on says nothing of the rows. A deep network underfits then.",
    cause: "By the chain rule a gradient is a product with a factor per layer. The factors are often \
            less than 1, and the product of many of them is nothing.",
    section: "2) Network is too deep",
    signs: "The gradients by layer fall from the output to the input by a factor per layer; the \
            training curve is flat.",
    remedies: &[
        "use fewer layers",
        "use skip connections: a residual network of the same depth",
        "use batch normalisation of the hidden layers",
    ],
    thresholds: &[DELTA],
};

pub fn look(case: &Case) -> Verdict {
    let (Some(first), Some(last)) = (case.hidden().first(), case.output()) else {
        return Err("it has no hidden layers for a gradient to vanish in".to_owned());
    };
    let ratio = start(&first.delta_rms) / start(&last.delta_rms);
    if !DELTA.is_above(ratio) {
        return Err(format!(
            "the first layer's δ is {} times the last one's at the start",
            number(ratio)
        ));
    }
    Ok(Finding {
        code: RULE.code,
        evidence: vec![
            DELTA
                .against(ratio)
                .in_layer(&first.name)
                .from_epoch(Some(0)),
        ],
        sentence: format!(
            "the first layer's δ is only {} times the last one's at the start",
            number(ratio)
        ),
    })
}
