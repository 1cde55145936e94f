//! The network can't express the function: it has too few layers or neurons, or only linear ones.

use super::definition::{Detection, Rule};
use crate::diagnose::Code;
use crate::diagnose::case::{Case, percent};
use crate::diagnose::finding::{Evidence, Finding, Side, Threshold};
use crate::diagnose::gate::{LEARNED, linear_skill};
use crate::format::{count, number};

const NARROWEST: Threshold = Threshold {
    quantity: "neurons of the narrowest hidden layer",
    side: Side::Below,
    value: 6.0,
    healthy: (8.0, 32.0),
    why: "each ReLU adds at most one bend, so the layer adds at most five",
};

const TINY: Threshold = Threshold {
    quantity: "neurons of the narrowest hidden layer",
    side: Side::Below,
    value: 3.0,
    healthy: (8.0, 32.0),
    why: "the next layer then gets only one or two numbers per row",
};

const LIMIT: Threshold = Threshold {
    quantity: "skill of the best linear model ÷ reference skill",
    side: Side::Below,
    value: LEARNED.value,
    healthy: (0.0, 1.0),
    why: "if the best linear model fails, every linear network fails. Otherwise, linear layers \
              are not the cause",
};

const NO_LAYERS: &str = "a one-weight model has no layers";

pub const RULE: Rule = Rule {
    code: Code::TooShallow,
    title: "The network is too shallow or too narrow",
    meaning: "The network is too small for the data: no choice of its weights follows the data \
              closely. It underfits.",
    cause: "A ReLU network is piecewise linear. In one layer, each neuron adds at most one bend, \
              so few neurons give few bends. Linear layers add no bend: any number of them is one \
              linear model.",
    section: "1) Network is too shallow/narrow",
    symptoms: "The training curve is flat at a high loss. The predictions follow the coarse shape of \
              the data without its details, or are a straight line.",
    fixes: &[
        "`ReLU` or `tanh` in place of a linear activation",
        "`more layers`: four hidden layers (two if the activation is `sigmoid`), with at least ten neurons each",
        "`wider layers`: four times as many neurons in each hidden layer, and at least 32",
    ],
    combination: "(1), (2) or (3) is enough. (1) applies to linear networks only, (2) and (3) to all \
              others. There is a condition (4) without a threshold: the network is linear, and \
              the best linear model is not known. Order: (1) is checked with the causes at \
              initialization, (2) before most rules on the learning rate. (3) and (4) are checked \
              almost last, and count only if no earlier rule matches.",
    thresholds: &[LIMIT, TINY, NARROWEST],
};

/// Detects a linear network, if the best linear model fails too: no learning rate and no budget can
/// fix it.
pub fn linear_network(case: &Case) -> Detection {
    if case.is_one_weight() {
        return Err(NO_LAYERS.to_owned());
    }
    if !case.is_linear() {
        return Err("the network is not linear".to_owned());
    }
    let fraction = linear_skill(case.trace).map_or(f64::NAN, |limit| limit / case.gate.best);
    if !LIMIT.is_crossed(fraction) {
        return Err(match fraction.is_nan() {
            true => "the network is linear, but the best linear model is not known".to_owned(),
            false => format!(
                "the network is linear, but this is no limit: the best linear model reaches {} of the \
                 reference skill",
                percent(fraction)
            ),
        });
    }
    linear(case, vec![LIMIT.against(fraction)])
}

/// Detects a hidden layer of one or two neurons.
pub fn very_narrow(case: &Case) -> Detection {
    narrower_than(&TINY, case)
}

/// Detects a narrow network, or a linear one if the best linear model is not known. Checked after
/// almost all other causes.
pub fn narrow(case: &Case) -> Detection {
    match case.is_linear() && linear_skill(case.trace).is_none() {
        true => linear(case, Vec::new()),
        false => narrower_than(&NARROWEST, case),
    }
}

fn linear(case: &Case, evidence: Vec<Evidence>) -> Detection {
    let what = match case.hidden().len() {
        0 => "the network has no hidden layer".to_owned(),
        1 => "the hidden layer is linear".to_owned(),
        n => format!("all {n} hidden layers are linear"),
    };
    let limit = match linear_skill(case.trace) {
        Some(limit) => format!("the best linear model (skill {})", number(limit)),
        None => "a linear model".to_owned(),
    };
    Ok(Finding {
        code: RULE.code,
        evidence,
        sentence: format!(
            "{what}, so it can't be better than {limit}; the reference skill is {}",
            number(case.gate.best)
        ),
    })
}

fn narrower_than(threshold: &Threshold, case: &Case) -> Detection {
    if case.is_one_weight() {
        return Err(NO_LAYERS.to_owned());
    }
    let narrowest = case.hidden().iter().min_by_key(|layer| layer.outputs);
    let Some(layer) = narrowest.filter(|_| !case.is_linear()) else {
        return Err("it has no nonlinear hidden layer".to_owned());
    };
    let neurons = count(layer.outputs as usize, "neuron");
    if !threshold.is_crossed(layer.outputs as f64) {
        return Err(format!("the narrowest hidden layer has {neurons}"));
    }
    Ok(Finding {
        code: RULE.code,
        evidence: vec![
            threshold
                .against(layer.outputs as f64)
                .in_layer(&layer.name),
        ],
        sentence: format!(
            "the training skill is {}, and the narrowest hidden layer, {}, has {neurons}",
            number(case.gate.skill),
            layer.name
        ),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::config::settings::Activation;
    use crate::testkit::sound::SyntheticRun;
    use crate::trace::Real;

    #[test]
    fn linear_layers_and_narrow_layers_are_different_findings() {
        let mut run = SyntheticRun::sound();
        run.settings.activation = Activation::Linear;
        run.trace.data.linear_train_loss = Some(Real(0.6));
        let finding = run.detect(linear_network).unwrap();
        assert!(
            finding
                .sentence
                .starts_with("all 3 hidden layers are linear")
        );
        assert!((finding.evidence[0].value - 0.4).abs() < 1e-9);
        let mut run = SyntheticRun::sound();
        run.hidden()[1].outputs = 2;
        let finding = run.detect(very_narrow).unwrap();
        assert_eq!(finding.evidence[0].value, 2.0);
        assert_eq!(finding.evidence[0].layer.as_deref(), Some("hidden 2"));
    }

    #[test]
    fn a_linear_network_fits_linear_data_and_ten_neurons_are_wide_enough() {
        let mut run = SyntheticRun::sound();
        assert!(run.detect(very_narrow).is_err() && run.detect(narrow).is_err());
        run.settings.activation = Activation::Linear;
        run.trace.data.linear_train_loss = Some(Real(0.1));
        assert!(run.detect(linear_network).is_err() && run.detect(narrow).is_err());
        run.trace.data.linear_train_loss = None;
        assert!(run.detect(narrow).is_ok());
    }
}
