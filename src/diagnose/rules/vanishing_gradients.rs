//! Too deep: the gradient does not reach the first layers, or the rows not the last.

use super::{Rule, Verdict};
use crate::diagnose::Code;
use crate::diagnose::case::{Case, says, start};
use crate::diagnose::finding::{Evidence, Finding, Threshold};
use crate::number::number;

const DELTA: Threshold = Threshold {
    quantity: "δ of the first hidden layer over δ of the output, before training",
    value: 1e-3,
    healthy: (0.01, 30.0),
    why: "the first layer then learns at a thousandth of the rate of the last",
};

const SIGNAL: Threshold = Threshold {
    quantity: "what the last hidden layer says of the rows, as a share of all that it says, before \
               training",
    value: 0.01,
    healthy: (0.05, 1.5),
    why: "the output can't tell rows apart by one part in a hundred",
};

pub const RULE: Rule = Rule {
    code: Code::VanishingGradients,
    title: "The gradients vanish on their way back",
    meaning: "The first layers get no gradient worth the name, so they stay as they were drawn, and \
              what they pass on says nothing of the rows. A deep network underfits then.",
    cause: "By the chain rule a gradient is a product with a factor per layer. The factors are often \
            less than 1 in magnitude, and then the product vanishes with more terms.",
    section: "2) Network is too deep",
    signs: "Gradients fall from the output to the input by a factor per layer; the training curve is \
            flat at the loss of the best constant.",
    remedies: &[
        "use fewer layers",
        "use skip connections: a residual network of the same depth",
        "use batch normalisation of the hidden layers",
        "start with weights that keep the signal's size: He's for ReLU, Xavier's for tanh",
        "use ReLU in place of sigmoid, whose derivative is at most 1/4",
    ],
    thresholds: &[DELTA, SIGNAL],
};

pub fn look(case: &Case) -> Verdict {
    let (Some(first), Some(last), Some(output)) =
        (case.hidden().first(), case.hidden().last(), case.output())
    else {
        return Err("it has no hidden layers for a gradient to vanish in".to_owned());
    };
    let delta = start(&first.delta_rms) / start(&output.delta_rms);
    let signal = says(last);
    let mut evidence: Vec<Evidence> = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    if DELTA.is_above(delta) {
        evidence.push(
            DELTA
                .against(delta)
                .in_layer(&first.name)
                .from_epoch(Some(0)),
        );
        seen.push(format!(
            "δ of {} is {} times that of the output",
            first.name,
            number(delta)
        ));
    }
    if SIGNAL.is_above(signal) {
        evidence.push(
            SIGNAL
                .against(signal)
                .in_layer(&last.name)
                .from_epoch(Some(0)),
        );
        seen.push(format!(
            "what {} says depends on the row by {} only",
            last.name,
            number(signal)
        ));
    }
    if evidence.is_empty() {
        return Err(format!(
            "before training, δ of the first layer is {} times that of the output, and the last \
             hidden layer tells rows apart by {} of what it says",
            number(delta),
            number(signal)
        ));
    }
    Ok(Finding {
        code: RULE.code,
        evidence,
        sentence: format!("before training, {}", seen.join(", and ")),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::diagnose::tests::{Run, column};

    #[test]
    fn a_gradient_that_does_not_arrive_and_rows_that_do_not_are_both_seen() {
        let mut run = Run::sound();
        run.hidden()[0].delta_rms = column(&[1e-9, 1e-9]);
        assert_eq!(run.look(look).unwrap().evidence.len(), 1);
        run.hidden()[2].row_sd = column(&[1e-6, 1e-6]);
        assert_eq!(run.look(look).unwrap().evidence.len(), 2);
    }

    #[test]
    fn a_hundredth_of_the_gradient_is_enough() {
        let mut run = Run::sound();
        run.hidden()[0].delta_rms = column(&[1e-3, 1e-3]);
        run.hidden()[2].row_sd = column(&[0.02, 0.02]);
        assert!(run.look(look).is_err());
    }
}
