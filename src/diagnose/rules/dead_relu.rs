//! All ReLUs of a layer are 0 for every row: neither signal nor gradient passes through.

use super::definition::{Detection, Rule};
use crate::diagnose::Code;
use crate::diagnose::case::{Case, between_rows, end, row_fraction, start};
use crate::diagnose::finding::{Finding, Side, Threshold};
use crate::trace::Layer;

const DEAD: Threshold = Threshold {
    quantity: "fraction of a layer's neurons that are 0 for every row",
    side: Side::Above,
    value: 0.99,
    healthy: (0.0, 0.4),
    why: "one active neuron passes the gradient on. Without any, the weights of earlier layers \
              never change",
};

const SIGNAL: Threshold = Threshold {
    quantity: "before training: between-row fraction of the previous layer's activations",
    side: Side::Above,
    value: 0.05,
    healthy: (0.25, 1.0),
    why: "the fraction is the standard deviation between rows ÷ RMS of the activations. If the \
              previous layer hardly depends on the row, the cause is the depth of the network",
};

pub const RULE: Rule = Rule {
    code: Code::DeadRelu,
    title: "A layer of ReLUs is dead",
    meaning: "All neurons of a layer are 0 for every row. The output of the layer is the same for \
              all rows, and no gradient passes through it.",
    cause: "The derivative of ReLU is 0 for negative inputs. By the chain rule, so is every \
              gradient through such a neuron, and the neuron stays at 0. Negative initial weights \
              or biases cause this, and so does a single step that is too long.",
    section: "5) Bad initialization; 7) Activation function saturates",
    symptoms: "The fraction of dead neurons in a layer is 1. The gradients of the layers before it are \
              exactly 0, and the prediction is constant.",
    fixes: &[
        "`He initialization`: mean 0 and variance 2/n_in",
        "`leaky ReLU`, because its derivative is never 0",
        "`batch normalization` of the hidden layers",
        "`lower learning rate`, if the neurons became dead during training",
    ],
    combination: "Before training, (1) and (2) must both hold; for the first hidden layer, (1) is \
              enough. At the end of training, (1) is enough for any layer. This second check \
              comes after most rules on the learning rate.",
    thresholds: &[DEAD, SIGNAL],
};

/// Detects a layer that is dead before training, although the layer before it depends on the row.
pub fn at_start(case: &Case) -> Detection {
    let hidden = case.hidden();
    let Some(at) = hidden
        .iter()
        .position(|layer| DEAD.is_crossed(start(&layer.dead)))
    else {
        return Err("before training, no layer is dead".to_owned());
    };
    let before = at.checked_sub(1).map(|before| &hidden[before]);
    let signal = before.map_or(1.0, row_fraction);
    if !SIGNAL.is_crossed(signal) {
        return Err(format!(
            "before training, {} is dead, but the activations before it {}",
            hidden[at].name,
            between_rows(signal)
        ));
    }
    Ok(Finding {
        code: RULE.code,
        evidence: vec![
            DEAD.against(start(&hidden[at].dead))
                .in_layer(&hidden[at].name)
                .at_start(),
        ],
        sentence: format!(
            "before training, every neuron of {} is 0 for every row",
            hidden[at].name
        ),
    })
}

/// Detects a layer that is dead at the end of training.
pub fn at_end(case: &Case) -> Detection {
    let dead = |layer: &&Layer| DEAD.is_crossed(end(&layer.dead));
    let Some(layer) = case.hidden().iter().find(dead) else {
        return Err("no layer is dead at the end".to_owned());
    };
    let since = case.first_epoch(&layer.dead, |fraction| DEAD.is_crossed(fraction));
    let when = match since.unwrap_or(0) {
        0 => "from the start".to_owned(),
        at => format!("since {} {at}", case.trace.unit()),
    };
    Ok(Finding {
        code: RULE.code,
        evidence: vec![
            DEAD.against(end(&layer.dead))
                .in_layer(&layer.name)
                .from_epoch(since),
        ],
        sentence: format!("every neuron of {} is 0 for every row, {when}", layer.name),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testkit::sound::{SyntheticRun, column};

    #[test]
    fn a_layer_that_starts_dead_is_found_if_the_layer_before_has_a_signal() {
        let mut run = SyntheticRun::sound();
        run.hidden()[1].dead = column(&[1.0, 1.0]);
        let finding = run.detect(at_start).unwrap();
        assert_eq!(finding.evidence[0].layer.as_deref(), Some("hidden 2"));
        run.hidden()[0].row_sd = column(&[1e-3, 1e-3]);
        assert!(
            run.detect(at_start)
                .unwrap_err()
                .contains("differ between rows by 0.1414%")
        );
    }

    #[test]
    fn a_layer_with_one_live_neuron_is_not_dead() {
        let mut run = SyntheticRun::sound();
        run.hidden()[1].dead = column(&[0.9, 0.9]);
        assert!(run.detect(at_start).is_err() && run.detect(at_end).is_err());
    }

    #[test]
    fn a_layer_that_dies_during_training_is_found_with_its_epoch() {
        let mut run = SyntheticRun::sound();
        run.hidden()[2].dead = column(&[0.1, 1.0, 1.0]);
        run.trace.snapshots = vec![0, 600, 1199];
        assert!(run.detect(at_start).is_err());
        assert_eq!(run.detect(at_end).unwrap().evidence[0].epoch, Some(2));
        // In the middle of an epoch of 300 steps, and in a run without epochs.
        run.trace.snapshots[1] = 650;
        let found = |run: &SyntheticRun| {
            let finding = run.detect(at_end).unwrap();
            (finding.evidence[0].epoch, finding.sentence)
        };
        let (epoch, sentence) = found(&run);
        assert_eq!(epoch, Some(3));
        assert!(sentence.ends_with("since epoch 3"), "{sentence}");
        run.trace.steps_per_epoch = None;
        let (step, sentence) = found(&run);
        assert_eq!(step, Some(650));
        assert!(sentence.ends_with("since step 650"), "{sentence}");
    }
}
