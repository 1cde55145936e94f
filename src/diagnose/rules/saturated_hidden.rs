//! Hidden sigmoids or tanhs that are saturated: by features that are all too large, by weights of
//! one sign, or by weights that are a little too large for their number of layers.

use super::{Rule, Verdict};
use crate::diagnose::Code;
use crate::diagnose::case::{Case, start};
use crate::diagnose::finding::{Evidence, Finding, Side, Threshold};
use crate::number::number;
use crate::spec::settings::Activation;
use crate::trace::Layer;

const SATURATED: Threshold = Threshold {
    quantity: "share of a hidden layer's activations that are saturated, before training",
    side: Side::Above,
    value: 0.5,
    healthy: (0.0, 0.07),
    why: "most of the gradient is cut to less than a twentieth at that layer",
};

const LARGE: Threshold = Threshold {
    quantity: "smallest standard deviation of the features",
    side: Side::Above,
    value: 5.0,
    healthy: (1.0, 1.0),
    why: "σ is flat beyond 5, and so is what is made of such features with LeCun's weights",
};

const ALIKE: Threshold = Threshold {
    quantity: "largest standard deviation or |mean| of the features over their smallest deviation",
    side: Side::Below,
    value: 5.0,
    healthy: (1.0, 1.0),
    why: "features that differ by more are ill-conditioned under any activation",
};

const ONE_END: Threshold = Threshold {
    quantity: "standard deviation of a hidden layer's activations, as a share of half of σ's range, \
               before training",
    side: Side::Below,
    value: 0.5,
    healthy: (0.05, 0.8),
    why: "what is saturated at both ends, as by large weights of both signs, has nearly 1",
};

pub const RULE: Rule = Rule {
    code: Code::SaturatedHidden,
    title: "Hidden neurons are saturated",
    meaning: "Most neurons of a layer stand at one end of their sigmoid or tanh for most rows. They \
              switch, they do not weigh, and hardly any gradient passes them.",
    cause: "In backpropagation every gradient is multiplied with σ′(z), and σ′(z) ≈ 0 where |z| is \
            large. Features that are all large make it so, or weights of one sign, which add up over \
            the neurons, or weights that are a little too large for many layers.",
    section: "7) Activation function saturates",
    signs: "The share of saturated activations of a layer is high from the start; outputs are made of \
            steps.",
    remedies: &[
        "standardise the features",
        "start with LeCun's variance 1/n_in, with mean 0",
        "use batch normalisation of the hidden layers",
        "use ReLU",
    ],
    thresholds: &[SATURATED, LARGE, ALIKE, ONE_END],
};

/// Whether features that are all large saturate the layers behind them.
pub fn large_features(case: &Case) -> Verdict {
    let (layer, share) = saturated(case)?;
    let scales = case
        .trace
        .data
        .scales
        .filter(|_| case.settings.norm_at(|at| at.input).is_none());
    let (sd, spread) = scales.map_or((f64::NAN, f64::NAN), |scales| {
        let largest = scales.highest_sd.0.max(scales.highest_mean.0);
        (scales.lowest_sd.0, largest / scales.lowest_sd.0)
    });
    if !(LARGE.is_crossed(sd) && ALIKE.is_crossed(spread)) {
        return Err(format!(
            "{}, but not by features that are all large",
            words(layer, share)
        ));
    }
    let more = format!(
        "by features whose standard deviation is {} at least",
        number(sd)
    );
    let more = (
        more,
        vec![LARGE.against(sd).born(), ALIKE.against(spread).born()],
    );
    finding(layer, share, more)
}

/// Whether weights of one sign push most neurons to the same end.
pub fn one_end(case: &Case) -> Verdict {
    let (layer, share) = saturated(case)?;
    let half = match case.settings.activation {
        Activation::Sigmoid => 0.5,
        Activation::Linear
        | Activation::Relu
        | Activation::LeakyRelu { .. }
        | Activation::Tanh
        | Activation::Gelu
        | Activation::Silu
        | Activation::Elu { .. }
        | Activation::Softplus => 1.0,
    };
    let sd = start(&layer.activation_sd) / half;
    if !ONE_END.is_crossed(sd) {
        return Err(format!("{}, and that at both ends", words(layer, share)));
    }
    let more = vec![ONE_END.against(sd).in_layer(&layer.name).born()];
    finding(
        layer,
        share,
        ("nearly all at the same end".to_owned(), more),
    )
}

/// Whether a layer is saturated, by whatever.
pub fn look(case: &Case) -> Verdict {
    let (layer, share) = saturated(case)?;
    finding(layer, share, (String::new(), Vec::new()))
}

/// The hidden layer that is most saturated before training, and how much, if it is most of it.
fn saturated<'a>(case: &Case<'a>) -> Result<(&'a Layer, f64), String> {
    let shares = case
        .hidden()
        .iter()
        .map(|layer| (layer, start(&layer.saturated)));
    match shares.max_by(|a, b| a.1.total_cmp(&b.1)) {
        None => Err("it has no hidden layers that could saturate".to_owned()),
        Some((layer, share)) if !SATURATED.is_crossed(share) => {
            Err(format!("{} at most", words(layer, share)))
        }
        Some(found) => Ok(found),
    }
}

fn words(layer: &Layer, share: f64) -> String {
    format!(
        "before training {} of the activations of {} are saturated",
        number(share),
        layer.name
    )
}

fn finding(layer: &Layer, share: f64, (how, more): (String, Vec<Evidence>)) -> Verdict {
    let mut evidence = vec![SATURATED.against(share).in_layer(&layer.name).born()];
    evidence.extend(more);
    let how = if how.is_empty() {
        how
    } else {
        format!(", {how}")
    };
    Ok(Finding {
        code: RULE.code,
        evidence,
        sentence: format!("{}{how}", words(layer, share)),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testkit::sound::{Run, column};

    fn saturated_run() -> Run {
        let mut run = Run::sound();
        run.settings.activation = Activation::Tanh;
        run.hidden()[1].saturated = column(&[0.8, 0.1]);
        run.hidden()[1].activation_sd = column(&[0.9, 0.9]);
        run
    }

    #[test]
    fn the_most_saturated_layer_is_told() {
        let mut run = saturated_run();
        let finding = run.look(look).unwrap();
        assert_eq!(finding.evidence[0].layer.as_deref(), Some("hidden 2"));
        run.hidden()[1].saturated = column(&[0.4, 0.9]);
        assert!(run.look(look).is_err());
    }

    #[test]
    fn features_that_are_all_large_are_told_from_those_that_differ() {
        let run = saturated_run().with_features(30.0, 40.0, 60.0);
        assert!(
            run.look(large_features)
                .unwrap()
                .sentence
                .contains("is 30 at least")
        );
        assert!(
            saturated_run()
                .with_features(1.0, 40.0, 0.0)
                .look(large_features)
                .is_err()
        );
        assert!(
            saturated_run()
                .with_features(30.0, 40.0, 900.0)
                .look(large_features)
                .is_err()
        );
    }

    #[test]
    fn one_end_is_told_from_both() {
        let mut run = saturated_run();
        assert!(run.look(one_end).is_err());
        run.hidden()[1].activation_sd = column(&[0.2, 0.9]);
        assert!(
            run.look(one_end)
                .unwrap()
                .sentence
                .ends_with("nearly all at the same end")
        );
    }
}
