//! Features are on very different scales or far from zero: the loss is steep in some directions and
//! shallow in others.

use super::definition::{Detection, Rule};
use crate::diagnose::Code;
use crate::diagnose::case::Case;
use crate::diagnose::finding::{Finding, Side, Threshold};
use crate::format::number;

const SPREAD: Threshold = Threshold {
    quantity: "largest ÷ smallest scale of the features",
    side: Side::Above,
    value: 10.0,
    healthy: (1.0, 1.0),
    why: "the curvature grows with the square of the scale. At a factor of 10, a learning rate \
              that suits the steepest direction is 100 times too low for the shallowest",
};

pub const RULE: Rule = Rule {
    code: Code::IllConditioned,
    title: "The loss is ill-conditioned",
    meaning: "The features have very different scales, or are far from 0. No learning rate suits \
              all weights. A rate that is low enough for the steep directions of the loss is too \
              low for the shallow ones.",
    cause: "∂L/∂w contains, as a factor, the feature that w multiplies. A feature that is 100 times \
              as large makes the gradient 100 times as large, and the curvature of the loss 10,000 \
              times. Some directions are then steep, and others shallow.",
    section: "6) Risk is ill-conditioned",
    symptoms: "The training curve jumps without progress, or is flat. The decision map depends on \
              one feature only.",
    fixes: &[
        "`standardized features`: subtract the mean and divide by the standard deviation of the \
         training rows",
        "`batch normalization of the input`",
        "`Adam`, which scales the step of each weight",
    ],
    combination: "The largest scale is the maximum of the standard deviation and the |mean| over all \
              features. The smallest scale is the minimum of the standard deviation. The bias \
              counts as a feature of scale 1. The rule does not apply under batch normalization \
              of the input.",
    thresholds: &[SPREAD],
};

pub fn detect(case: &Case) -> Detection {
    let Some(scales) = case.trace.data.scales else {
        return Err("the model has no features".to_owned());
    };
    // Layer normalization would not change the scales of the features relative to each other.
    if case.input_normalization() == Some("batch") {
        return Err("batch normalization of the input gives all features one scale".to_owned());
    }
    let [lowest, highest, mean] =
        [scales.lowest_sd, scales.highest_sd, scales.highest_mean].map(|scale| scale.0);
    if lowest.is_nan() || highest.is_nan() || mean.is_nan() {
        return Err("the scales of the features are not finite".to_owned());
    }
    if highest == 0.0 {
        return Err("all features are constant".to_owned());
    }
    // Other programs may count constant features, which the rule does not.
    let lowest = if lowest == 0.0 { highest } else { lowest };
    let largest = highest.max(mean).max(1.0);
    let smallest = lowest.min(1.0);
    let spread = largest / smallest;
    let times = number(spread);
    if !SPREAD.is_crossed(spread) {
        return Err(match times.as_str() {
            "1" => "all features have the same scale".to_owned(),
            _ => format!("the largest scale of the features is {times} times the smallest"),
        });
    }
    let what = match mean > highest {
        true => format!("the mean of a feature is {} away from 0", number(mean)),
        false => format!(
            "the standard deviations of the features range from {} to {}",
            number(lowest),
            number(highest)
        ),
    };
    let bias = match smallest == 1.0 || largest == 1.0 {
        true => ", and the bias has scale 1",
        false => "",
    };
    Ok(Finding {
        code: RULE.code,
        evidence: vec![SPREAD.against(spread).at_start()],
        sentence: format!("{what}{bias}: the largest scale is {times} times the smallest"),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testkit::sound::SyntheticRun;

    #[test]
    fn scales_and_offsets_are_both_found() {
        let mut run = SyntheticRun::sound().with_features(0.9, 90.0, 0.5);
        assert!(
            run.detect(detect)
                .unwrap()
                .sentence
                .contains("from 0.9 to 90")
        );
        run = SyntheticRun::sound().with_features(0.9, 1.1, 50.0);
        assert!(
            run.detect(detect)
                .unwrap()
                .sentence
                .contains("50 away from 0")
        );
        run = SyntheticRun::sound().with_features(0.01, 0.02, 0.0);
        assert_eq!(run.detect(detect).unwrap().evidence[0].value, 100.0);
    }

    #[test]
    fn constant_features_do_not_count() {
        let run = SyntheticRun::sound().with_features(0.0, 0.0, 0.0);
        assert_eq!(run.detect(detect).unwrap_err(), "all features are constant");
        let run = SyntheticRun::sound().with_features(0.0, 2.0, 0.5);
        assert!(run.detect(detect).unwrap_err().contains("is 2 times"));
        let run = SyntheticRun::sound().with_features(0.0, 90.0, 0.5);
        assert_eq!(run.detect(detect).unwrap().evidence[0].value, 90.0);
    }

    #[test]
    fn scales_that_are_not_known_are_not_called_equal() {
        let run = SyntheticRun::sound().with_features(f64::NAN, 1.0, 0.0);
        assert!(run.detect(detect).unwrap_err().contains("not finite"));
    }

    #[test]
    fn features_of_one_scale_or_normalized_ones_are_well_conditioned() {
        assert!(
            SyntheticRun::sound()
                .with_features(0.5, 3.0, 2.0)
                .detect(detect)
                .is_err()
        );
        let mut run = SyntheticRun::sound().with_features(1.0, 100.0, 0.0);
        run.settings.batch_norm.input = true;
        assert!(run.detect(detect).is_err());
    }
}
