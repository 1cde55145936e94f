//! Hidden sigmoids or tanhs that are saturated.

use super::{Rule, Verdict};
use crate::diagnose::Code;
use crate::diagnose::case::{Case, start};
use crate::diagnose::finding::{Finding, Threshold};
use crate::number::number;

const SATURATED: Threshold = Threshold {
    quantity: "share of a hidden layer's activations that are saturated, before training",
    value: 0.5,
    healthy: (0.0, 0.2),
    why: "most of the gradient is cut to less than a twentieth at that layer",
};

pub const RULE: Rule = Rule {
    code: Code::SaturatedHidden,
    title: "Hidden neurons are saturated",
    meaning: "Most neurons of a layer stand at one end of their sigmoid or tanh for most rows. They \
              switch, they do not weigh, and hardly any gradient passes them.",
    cause: "In backpropagation every gradient is multiplied with σ′(z), and σ′(z) ≈ 0 where |z| is \
            large. Large weights, large features, or weights of one sign make it so.",
    section: "7) Activation function saturates",
    signs: "The share of saturated activations of a layer is high from the start; outputs are made of \
            steps.",
    remedies: &[
        "standardise the features",
        "start with Xavier's variance 1/n_in, with mean 0",
        "use batch normalisation of the hidden layers",
        "use ReLU",
    ],
    thresholds: &[SATURATED],
};

pub fn look(case: &Case) -> Verdict {
    let saturated = case
        .hidden()
        .iter()
        .map(|layer| (layer, start(&layer.saturated)));
    let worst = saturated.max_by(|a, b| a.1.total_cmp(&b.1));
    let Some((layer, share)) = worst else {
        return Err("it has no hidden layers that could saturate".to_owned());
    };
    if !SATURATED.is_below(share) {
        return Err(format!(
            "hidden layers start saturated to {} at most",
            number(share)
        ));
    }
    Ok(Finding {
        code: RULE.code,
        evidence: vec![
            SATURATED
                .against(share)
                .in_layer(&layer.name)
                .from_epoch(Some(0)),
        ],
        sentence: format!(
            "before training {} of the activations of {} are saturated",
            number(share),
            layer.name
        ),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::diagnose::tests::{Run, column};

    #[test]
    fn the_most_saturated_layer_is_told() {
        let mut run = Run::sound();
        run.hidden()[1].saturated = column(&[0.8, 0.1]);
        assert_eq!(
            run.look(look).unwrap().evidence[0].layer.as_deref(),
            Some("hidden 2")
        );
        run.hidden()[1].saturated = column(&[0.4, 0.9]);
        assert!(run.look(look).is_err());
    }
}
