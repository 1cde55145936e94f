//! Hidden sigmoids or tanhs are saturated: by features that are all too large, by weights of one
//! sign, or by weights that are slightly too large for the number of layers.

use super::definition::{Detection, Rule};
use crate::diagnose::Code;
use crate::diagnose::case::{Case, percent, start};
use crate::diagnose::finding::{Evidence, Finding, Side, Threshold};
use crate::diagnose::known::half_range;
use crate::format::number;
use crate::trace::Layer;

const SATURATED: Threshold = Threshold {
    quantity: "fraction of saturated activations in a hidden layer, before training",
    side: Side::Above,
    value: 0.5,
    healthy: (0.0, 0.07),
    why: "the layer then reduces most of the gradient to less than 1/20",
};

const LARGE: Threshold = Threshold {
    quantity: "smallest standard deviation of the features",
    side: Side::Above,
    value: 5.0,
    healthy: (1.0, 1.0),
    why: "sigmoid and tanh are flat beyond 5, and LeCun initialization keeps features of this \
              size",
};

const SIMILAR: Threshold = Threshold {
    quantity: "largest standard deviation or |mean| ÷ smallest standard deviation of the features",
    side: Side::Below,
    value: 5.0,
    healthy: (1.0, 1.0),
    why: "features that differ by more are ill-conditioned with any activation",
};

const ONE_END: Threshold = Threshold {
    quantity: "standard deviation of a hidden layer's activations ÷ half of the activation's range, before \
               training",
    side: Side::Below,
    value: 0.5,
    healthy: (0.05, 0.8),
    why: "saturation at both ends, for example by large weights of both signs, gives nearly 1",
};

pub const RULE: Rule = Rule {
    code: Code::SaturatedHidden,
    title: "Hidden neurons are saturated",
    meaning: "For most rows, most neurons of a layer are at one end of their sigmoid or tanh. \
              They switch between two values, and hardly any gradient passes through them.",
    cause: "In backpropagation, every gradient is multiplied by σ′(z), and σ′(z) ≈ 0 if |z| is \
              large. Three things make |z| large: large features, weights of one sign, or weights \
              that are slightly too large for the number of layers. Weights of one sign add up \
              over the neurons.",
    section: "7) Activation function saturates",
    symptoms: "The fraction of saturated activations in a layer is high from the start. The predictions \
              look like steps.",
    fixes: &[
        "`standardized features`",
        "`LeCun initialization`: mean 0 and variance 1/n_in",
        "`batch normalization` of the hidden layers",
        "`ReLU` in place of sigmoid or tanh",
    ],
    combination: "(1) alone decides if the rule matches. The other thresholds show the reason, and decide \
              when the rule is checked. (1), (2) and (3) together mean large features, and are \
              checked before `ill-conditioned`. (1) and (4) together mean weights of one sign, \
              and are checked before `init-too-large`. (1) alone is checked after all other \
              causes at initialization.",
    thresholds: &[SATURATED, LARGE, SIMILAR, ONE_END],
};

/// Detects saturation by features that are all large.
pub fn large_features(case: &Case) -> Detection {
    let (layer, fraction) = saturated(case)?;
    let scales = case
        .trace
        .data
        .scales
        .filter(|_| case.input_normalization().is_none());
    let (sd, spread) = scales.map_or((f64::NAN, f64::NAN), |scales| {
        let largest = scales.highest_sd.0.max(scales.highest_mean.0);
        (scales.lowest_sd.0, largest / scales.lowest_sd.0)
    });
    if !(LARGE.is_crossed(sd) && SIMILAR.is_crossed(spread)) {
        return Err(format!(
            "{}, but not because all features are large",
            words(layer, fraction)
        ));
    }
    let more = format!(
        "because all features are large: their standard deviation is at least {}",
        number(sd)
    );
    let more = (
        more,
        vec![
            LARGE.against(sd).at_start(),
            SIMILAR.against(spread).at_start(),
        ],
    );
    finding(layer, fraction, more)
}

/// Detects saturation by weights of one sign, which push most neurons to the same end.
pub fn one_end(case: &Case) -> Detection {
    let (layer, fraction) = saturated(case)?;
    let Some(half) = layer.activation.as_deref().and_then(half_range) else {
        let words = words(layer, fraction);
        return Err(format!(
            "{words}, but the range of its activation is not known"
        ));
    };
    let sd = start(&layer.activation_sd) / half;
    if !ONE_END.is_crossed(sd) {
        return Err(format!("{}, but at both ends", words(layer, fraction)));
    }
    let more = vec![ONE_END.against(sd).in_layer(&layer.name).at_start()];
    finding(
        layer,
        fraction,
        ("nearly all of them at the same end".to_owned(), more),
    )
}

/// Detects saturation for any reason.
pub fn detect(case: &Case) -> Detection {
    let (layer, fraction) = saturated(case)?;
    finding(layer, fraction, (String::new(), Vec::new()))
}

/// Returns the most saturated hidden layer before training and its fraction, if the fraction is above the
/// threshold. A layer with a NaN does not hide the others.
fn saturated<'a>(case: &Case<'a>) -> Result<(&'a Layer, f64), String> {
    let fractions = case
        .hidden()
        .iter()
        .map(|layer| (layer, start(&layer.saturated)));
    let known = fractions.filter(|(_, fraction)| !fraction.is_nan());
    match known.max_by(|a, b| a.1.total_cmp(&b.1)) {
        None if case.hidden().is_empty() => Err("it has no hidden layers".to_owned()),
        None => Err("the activations of the hidden layers are not finite".to_owned()),
        Some((_, fraction)) if !SATURATED.is_crossed(fraction) => {
            Err(match percent(fraction).as_str() {
                "0%" => "before training, no hidden activation is saturated".to_owned(),
                most => format!(
                    "before training, at most {most} of the activations of a hidden layer are saturated"
                ),
            })
        }
        Some(found) => Ok(found),
    }
}

fn words(layer: &Layer, fraction: f64) -> String {
    format!(
        "before training, {} of the activations of {} are saturated",
        percent(fraction),
        layer.name
    )
}

fn finding(layer: &Layer, fraction: f64, (how, more): (String, Vec<Evidence>)) -> Detection {
    let mut evidence = vec![SATURATED.against(fraction).in_layer(&layer.name).at_start()];
    evidence.extend(more);
    let how = if how.is_empty() {
        how
    } else {
        format!(", {how}")
    };
    Ok(Finding {
        code: RULE.code,
        evidence,
        sentence: format!("{}{how}", words(layer, fraction)),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testkit::sound::{SyntheticRun, column};

    fn saturated_run() -> SyntheticRun {
        let mut run = SyntheticRun::sound();
        run.settings.activation = crate::config::settings::Activation::Tanh;
        run.hidden()[1].saturated = column(&[0.8, 0.1]);
        run.hidden()[1].activation_sd = column(&[0.9, 0.9]);
        run
    }

    #[test]
    fn the_most_saturated_layer_is_the_evidence() {
        let mut run = saturated_run();
        let finding = run.detect(detect).unwrap();
        assert_eq!(finding.evidence[0].layer.as_deref(), Some("hidden 2"));
        run.hidden()[1].saturated = column(&[0.4, 0.9]);
        assert!(run.detect(detect).is_err());
    }

    #[test]
    fn a_layer_with_a_nan_does_not_hide_a_saturated_one() {
        let mut run = saturated_run();
        run.hidden()[0].saturated = column(&[f64::NAN, 0.0]);
        let finding = run.detect(detect).unwrap();
        assert_eq!(finding.evidence[0].layer.as_deref(), Some("hidden 2"));
        run.hidden()[1].saturated = column(&[f64::NAN, 0.0]);
        run.hidden()[2].saturated = column(&[f64::NAN, 0.0]);
        assert!(run.detect(detect).unwrap_err().ends_with("are not finite"));
    }

    #[test]
    fn large_features_are_the_reason_only_if_they_have_similar_scales() {
        let run = saturated_run().with_features(30.0, 40.0, 60.0);
        assert!(
            run.detect(large_features)
                .unwrap()
                .sentence
                .contains("at least 30")
        );
        assert!(
            saturated_run()
                .with_features(1.0, 40.0, 0.0)
                .detect(large_features)
                .is_err()
        );
        assert!(
            saturated_run()
                .with_features(30.0, 40.0, 900.0)
                .detect(large_features)
                .is_err()
        );
    }

    #[test]
    fn saturation_at_one_end_differs_from_saturation_at_both() {
        let mut run = saturated_run();
        assert!(run.detect(one_end).is_err());
        run.hidden()[1].activation_sd = column(&[0.2, 0.9]);
        assert!(
            run.detect(one_end)
                .unwrap()
                .sentence
                .ends_with("at the same end")
        );
    }
}
