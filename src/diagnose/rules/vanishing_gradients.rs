//! Too deep: the gradient does not reach the first layers, or the rows not the last.

use super::{Rule, Verdict};
use crate::diagnose::Code;
use crate::diagnose::case::{Case, says, start};
use crate::diagnose::finding::{Evidence, Finding, Side, Threshold};
use crate::diagnose::gate::LEARNED;
use crate::number::number;

const DELTA: Threshold = Threshold {
    quantity: "δ of the first hidden layer over δ of the output, before training",
    side: Side::Below,
    value: 3e-3,
    healthy: (0.01, 0.8),
    why: "the first layer then learns at less than a hundredth of the rate of the last; other failures have 0.019 at least",
};

const SIGNAL: Threshold = Threshold {
    quantity: "what the last hidden layer says of the rows, as a share of all that it says, before \
               training",
    side: Side::Below,
    value: 0.01,
    healthy: (0.26, 1.0),
    why: "the output can't tell rows apart by one part in a hundred",
};

const DEPTH: Threshold = Threshold {
    quantity: "hidden layers",
    side: Side::Above,
    value: 2.0,
    healthy: (1.0, 8.0),
    why: "a product of one or two factors is small only if one of them is: that is another fault",
};

const FADED: Threshold = Threshold {
    quantity: DELTA.quantity,
    side: Side::Below,
    value: 0.1,
    healthy: DELTA.healthy,
    why: "shallow networks learn with less; where many layers fail, and nothing else is wrong, it is \
          what they have in common",
};

const MANY: Threshold = Threshold {
    quantity: DEPTH.quantity,
    side: Side::Above,
    value: 9.0,
    healthy: DEPTH.healthy,
    why: "no sound recipe has as many layers without skip connections",
};

const SHORT: &str = "it has too few hidden layers for a gradient to vanish in";

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
        "start with weights that keep the signal's size: He's for ReLU, LeCun's for tanh",
        "use ReLU in place of sigmoid, whose derivative is at most 1/4",
    ],
    thresholds: &[DELTA, SIGNAL, DEPTH, FADED, MANY],
};

pub fn look(case: &Case) -> Verdict {
    let ([first, .., last], Some(output)) = (case.hidden(), case.output()) else {
        return Err(SHORT.to_owned());
    };
    if !DEPTH.is_crossed(case.hidden().len() as f64) {
        return Err(SHORT.to_owned());
    }
    if let Some(why) = refuted(case) {
        return Err(why);
    }
    let delta = start(&first.delta_rms) / start(&output.delta_rms);
    let signal = says(last);
    let mut evidence: Vec<Evidence> = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    if DELTA.is_crossed(delta) {
        evidence.push(DELTA.against(delta).in_layer(&first.name).born());
        seen.push(format!(
            "δ of {} is {} times that of the output",
            first.name,
            number(delta)
        ));
    }
    if SIGNAL.is_crossed(signal) {
        evidence.push(SIGNAL.against(signal).in_layer(&last.name).born());
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

/// What is born with a network keeps it from nothing that it does when trained otherwise.
fn refuted(case: &Case) -> Option<String> {
    let share = case.context.same_start?;
    LEARNED.is_crossed(share).then(|| {
        format!(
            "the same network learned from the same weights with other settings: to {} of the best \
             skill known",
            number(share)
        )
    })
}

/// Whether much of the gradient is lost in many layers, where nothing else was found.
pub fn faded(case: &Case) -> Verdict {
    let ([first, ..], Some(output)) = (case.hidden(), case.output()) else {
        return Err(SHORT.to_owned());
    };
    let delta = start(&first.delta_rms) / start(&output.delta_rms);
    let many = MANY.is_crossed(case.hidden().len() as f64);
    if let Some(why) = refuted(case) {
        return Err(why);
    }
    if !(many && FADED.is_crossed(delta)) {
        return Err(
            "it is not so deep that the loss of a part of the gradient would explain it".to_owned(),
        );
    }
    Ok(Finding {
        code: RULE.code,
        evidence: vec![FADED.against(delta).in_layer(&first.name).born()],
        sentence: format!(
            "before training, δ of {} is {} times that of the output, {} layers behind it",
            first.name,
            number(delta),
            case.hidden().len()
        ),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testkit::sound::{Run, column};

    #[test]
    fn a_gradient_that_does_not_arrive_and_rows_that_do_not_are_both_seen() {
        let mut run = Run::sound();
        run.hidden()[0].delta_rms = column(&[1e-9, 1e-9]);
        assert_eq!(run.look(look).unwrap().evidence.len(), 1);
        run.hidden()[2].row_sd = column(&[1e-6, 1e-6]);
        assert_eq!(run.look(look).unwrap().evidence.len(), 2);
    }

    #[test]
    fn a_gradient_with_which_the_same_weights_learned_keeps_nothing_from_learning() {
        let mut run = Run::sound();
        run.hidden()[0].delta_rms = column(&[1e-3, 1e-3]);
        run.context.same_start = Some(0.8);
        assert!(run.look(look).is_ok());
        run.context.same_start = Some(0.95);
        assert!(run.look(look).unwrap_err().contains("0.95 of the best"));
    }

    #[test]
    fn a_hundredth_of_the_gradient_is_enough() {
        let mut run = Run::sound();
        run.hidden()[0].delta_rms = column(&[5e-3, 5e-3]);
        run.hidden()[2].row_sd = column(&[0.02, 0.02]);
        assert!(run.look(look).is_err());
    }
}
