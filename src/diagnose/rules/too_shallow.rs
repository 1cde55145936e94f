//! The network can't express the function: it has too few layers or neurons, or only linear ones.

use super::{Rule, Verdict};
use crate::diagnose::Code;
use crate::diagnose::case::Case;
use crate::diagnose::finding::{Evidence, Finding, Side, Threshold};
use crate::diagnose::gate::{LEARNED, linear_skill};
use crate::number::{count, number};
use crate::spec::settings::{Activation, Model};

const NARROWEST: Threshold = Threshold {
    quantity: "neurons of the narrowest hidden layer",
    side: Side::Below,
    value: 6.0,
    healthy: (8.0, 32.0),
    why: "each ReLU adds one bend",
};

const TINY: Threshold = Threshold {
    quantity: "neurons of the narrowest hidden layer",
    side: Side::Below,
    value: 3.0,
    healthy: (8.0, 32.0),
    why: "one neuron passes on one number, and two neurons pass on a plane",
};

const LIMIT: Threshold = Threshold {
    quantity: "skill of the best linear model ÷ reference skill",
    side: Side::Below,
    value: LEARNED.value,
    healthy: (0.0, 1.0),
    why: "where the best linear model fails, no linear network can learn; elsewhere a linear network is no fault",
};

pub const RULE: Rule = Rule {
    code: Code::TooShallow,
    title: "The network is too shallow or too narrow",
    meaning: "The network is not complex enough: no choice of weights makes it follow the data \
              closely. It underfits.",
    cause: "A ReLU network is piecewise linear. Within one layer each neuron adds at most one \
              bend, so few neurons make few bends. Linear layers add none: any number of them is \
              one linear model.",
    section: "1) Network is too shallow/narrow",
    signs: "The training curve is flat at a high loss. The predictions follow the coarse shape \
              of the data and miss its details, or are a straight line.",
    remedies: &[
        "use ReLU or tanh in place of a linear activation",
        "use more layers of about ten neurons",
        "use more neurons in a layer",
    ],
    combination: "The first threshold applies to linear networks only. Fewer than 3 neurons in a \
              hidden layer are checked before most learning-rate causes. Fewer than 6 are checked almost \
                  last: they are the root cause only if no earlier rule matches.",
    thresholds: &[LIMIT, TINY, NARROWEST],
};

/// Detects a linear network where the best linear model fails too: no learning rate and no budget
/// can fix it.
pub fn linear_in_vain(case: &Case) -> Verdict {
    if !is_linear(case) {
        return Err("the network is not linear".to_owned());
    }
    let share = linear_skill(case.trace).map_or(f64::NAN, |limit| limit / case.gate.best);
    if !LIMIT.is_crossed(share) {
        return Err(format!(
            "the network is linear, but so is the data: the best linear model reaches {} of the \
             reference skill",
            number(share)
        ));
    }
    linear(case, vec![LIMIT.against(share)])
}

/// Detects a hidden layer of one or two neurons.
pub fn tiny(case: &Case) -> Verdict {
    narrower_than(&TINY, case)
}

/// Detects a narrow network, or a linear one for which the best linear model is not known. Comes
/// after almost all other causes.
pub fn at_last(case: &Case) -> Verdict {
    match is_linear(case) && linear_skill(case.trace).is_none() {
        true => linear(case, Vec::new()),
        false => narrower_than(&NARROWEST, case),
    }
}

/// Returns whether the whole network is one linear map before the output.
fn is_linear(case: &Case) -> bool {
    !case.is_one_weight()
        && (case.settings.model == Model::Linear || case.settings.activation == Activation::Linear)
}

fn linear(case: &Case, evidence: Vec<Evidence>) -> Verdict {
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

fn narrower_than(threshold: &Threshold, case: &Case) -> Verdict {
    let narrowest = case.hidden().iter().min_by_key(|layer| layer.outputs);
    let Some(layer) = narrowest.filter(|_| !is_linear(case)) else {
        return Err("it has no nonlinear hidden layers".to_owned());
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
    use crate::testkit::sound::Run;
    use crate::trace::Real;

    #[test]
    fn linear_layers_and_narrow_layers_are_different_findings() {
        let mut run = Run::sound();
        run.settings.activation = Activation::Linear;
        run.trace.data.linear_train_loss = Some(Real(0.6));
        let finding = run.look(linear_in_vain).unwrap();
        assert!(
            finding
                .sentence
                .starts_with("all 3 hidden layers are linear")
        );
        assert!((finding.evidence[0].value - 0.4).abs() < 1e-9);
        let mut run = Run::sound();
        run.hidden()[1].outputs = 2;
        let finding = run.look(tiny).unwrap();
        assert_eq!(finding.evidence[0].value, 2.0);
        assert_eq!(finding.evidence[0].layer.as_deref(), Some("hidden 2"));
    }

    #[test]
    fn a_linear_network_fits_linear_data_and_ten_neurons_are_wide_enough() {
        let mut run = Run::sound();
        assert!(run.look(tiny).is_err() && run.look(at_last).is_err());
        run.settings.activation = Activation::Linear;
        run.trace.data.linear_train_loss = Some(Real(0.1));
        assert!(run.look(linear_in_vain).is_err() && run.look(at_last).is_err());
        run.trace.data.linear_train_loss = None;
        assert!(run.look(at_last).is_ok());
    }
}
