//! Layers whose ReLUs are 0 for every row: nothing passes them, neither forth nor back.

use super::{Rule, Verdict};
use crate::diagnose::Code;
use crate::diagnose::case::{Case, end, says, start};
use crate::diagnose::finding::{Finding, Side, Threshold};
use crate::number::number;
use crate::trace::Layer;

const DEAD: Threshold = Threshold {
    quantity: "share of a layer's neurons that are 0 for every row",
    side: Side::Above,
    value: 0.99,
    healthy: (0.0, 0.4),
    why: "one neuron that is alive passes the gradient on; without any, the layers before it never \
          change",
};

const SIGNAL: Threshold = Threshold {
    quantity: "what a layer says of the rows, as a share of all that it says",
    side: Side::Above,
    value: 0.05,
    healthy: (0.25, 1.0),
    why: "where the layer before says next to nothing of the rows, it is the depth that killed this one",
};

pub const RULE: Rule = Rule {
    code: Code::DeadRelu,
    title: "A layer of ReLUs is dead",
    meaning: "All neurons of a layer are 0 for every row. Its output is the same for all rows, and no \
              gradient passes it.",
    cause: "ReLU's derivative is 0 left of 0, and by the chain rule so is every gradient that passes \
            a neuron standing there. It will stand there for ever. Weights or biases that start \
            negative put it there, and so does one step that was too long.",
    section: "5) Bad initialization; 7) Activation function saturates",
    signs: "The share of dead neurons of a layer is 1; gradients before it are exactly 0; the output \
            is a constant.",
    remedies: &[
        "start with He's initialisation, with mean 0",
        "use leaky ReLU, whose derivative is never 0",
        "use batch normalisation of the hidden layers",
        "lower the rate, if the neurons died in training",
    ],
    thresholds: &[DEAD, SIGNAL],
};

/// Whether a layer is born dead, in the midst of a signal that is alive.
pub fn born(case: &Case) -> Verdict {
    let hidden = case.hidden();
    let Some(at) = hidden
        .iter()
        .position(|layer| DEAD.is_crossed(start(&layer.dead)))
    else {
        return Err("no layer is dead before training".to_owned());
    };
    let before = at.checked_sub(1).map(|before| &hidden[before]);
    let signal = before.map_or(1.0, says);
    if !SIGNAL.is_crossed(signal) {
        return Err(format!(
            "{} is dead before training, but the layer before it says next to nothing of the rows ({})",
            hidden[at].name,
            number(signal)
        ));
    }
    Ok(Finding {
        code: RULE.code,
        evidence: vec![
            DEAD.against(start(&hidden[at].dead))
                .in_layer(&hidden[at].name)
                .born(),
        ],
        sentence: format!(
            "every neuron of {} is 0 for every row before training",
            hidden[at].name
        ),
    })
}

/// Whether a layer is dead at the end.
pub fn at_end(case: &Case) -> Verdict {
    let dead = |layer: &&Layer| DEAD.is_crossed(end(&layer.dead));
    let Some(layer) = case.hidden().iter().find(dead) else {
        return Err("no layer is dead at the end".to_owned());
    };
    let since = case.first_epoch(&layer.dead, |share| DEAD.is_crossed(share));
    Ok(Finding {
        code: RULE.code,
        evidence: vec![
            DEAD.against(end(&layer.dead))
                .in_layer(&layer.name)
                .from_epoch(since),
        ],
        sentence: format!(
            "every neuron of {} is 0 for every row, since epoch {}",
            layer.name,
            since.unwrap_or(0)
        ),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testkit::sound::{Run, column};

    #[test]
    fn a_layer_that_is_born_dead_is_found_where_the_signal_is_alive() {
        let mut run = Run::sound();
        run.hidden()[1].dead = column(&[1.0, 1.0]);
        let finding = run.look(born).unwrap();
        assert_eq!(finding.evidence[0].layer.as_deref(), Some("hidden 2"));
        run.hidden()[0].row_sd = column(&[1e-3, 1e-3]);
        assert!(run.look(born).unwrap_err().contains("next to nothing"));
    }

    #[test]
    fn a_layer_with_one_live_neuron_is_not_dead() {
        let mut run = Run::sound();
        run.hidden()[1].dead = column(&[0.9, 0.9]);
        assert!(run.look(born).is_err() && run.look(at_end).is_err());
    }

    #[test]
    fn a_layer_that_dies_in_training_is_told_with_its_epoch() {
        let mut run = Run::sound();
        run.hidden()[2].dead = column(&[0.1, 1.0, 1.0]);
        run.trace.moments = vec![0, 60, 119];
        assert!(run.look(born).is_err());
        assert_eq!(run.look(at_end).unwrap().evidence[0].epoch, Some(10));
    }
}
