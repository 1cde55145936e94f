//! The network can't express the function: too few layers or neurons, or only linear ones.

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
    why: "every ReLU makes one bend",
};

const TINY: Threshold = Threshold {
    quantity: "neurons of the narrowest hidden layer",
    side: Side::Below,
    value: 3.0,
    healthy: (8.0, 32.0),
    why: "all that comes through one neuron is one number, and through two it is a plane",
};

const LIMIT: Threshold = Threshold {
    quantity: "skill of the best linear model, as a share of the best known",
    side: Side::Below,
    value: LEARNED.value,
    healthy: (0.0, 1.0),
    why: "where the best linear model fails, no linear network can learn; it is no fault elsewhere",
};

pub const RULE: Rule = Rule {
    code: Code::TooShallow,
    title: "The network is too shallow or too narrow",
    meaning: "The network is not complex enough: no weights that it could have would follow the data \
              closely. It underfits.",
    cause: "A ReLU network is piecewise linear, with a bend per neuron at most in one layer. Few neurons \
            have few bends. Linear layers have none: any number of them in a row is one linear model.",
    section: "1) Network is too shallow/narrow",
    signs: "The training curve comes to rest, flat and high; the outputs follow the coarse shape of \
            the data and miss the fine one, or are a straight line.",
    remedies: &[
        "use ReLU or tanh in place of a linear activation",
        "use more layers, of ten neurons or so",
        "use more neurons in a layer",
    ],
    thresholds: &[LIMIT, TINY, NARROWEST],
};

/// Whether it is linear where the best linear model fails as well: then no rate and no budget can
/// help it.
pub fn linear_in_vain(case: &Case) -> Verdict {
    if !is_linear(case) {
        return Err("it is not linear".to_owned());
    }
    let share = linear_skill(case.trace).map_or(f64::NAN, |limit| limit / case.gate.best);
    if !LIMIT.is_crossed(share) {
        return Err(format!(
            "it is linear, but so is what there is to learn: the best linear model has {} of the best \
             known skill",
            number(share)
        ));
    }
    linear(case, vec![LIMIT.against(share)])
}

/// Whether all must pass through a neuron or two.
pub fn tiny(case: &Case) -> Verdict {
    narrower_than(&TINY, case)
}

/// Whether it is narrow where nothing else was found, or linear where it is not known how far linear
/// models get.
pub fn at_last(case: &Case) -> Verdict {
    match is_linear(case) && linear_skill(case.trace).is_none() {
        true => linear(case, Vec::new()),
        false => narrower_than(&NARROWEST, case),
    }
}

/// Whether the whole network is one linear map before the output.
fn is_linear(case: &Case) -> bool {
    !case.is_one_weight()
        && (case.settings.model == Model::Linear || case.settings.activation == Activation::Linear)
}

fn linear(case: &Case, evidence: Vec<Evidence>) -> Verdict {
    let what = match case.hidden().len() {
        0 => "it has no hidden layer".to_owned(),
        1 => "its hidden layer is linear".to_owned(),
        n => format!("all of its {n} hidden layers are linear"),
    };
    let limit = match linear_skill(case.trace) {
        Some(limit) => format!("the best linear model, whose skill is {}", number(limit)),
        None => "a linear model".to_owned(),
    };
    Ok(Finding {
        code: RULE.code,
        evidence,
        sentence: format!(
            "{what}, so that it can be no better than {limit}, where {} is known to be possible",
            number(case.gate.best)
        ),
    })
}

fn narrower_than(threshold: &Threshold, case: &Case) -> Verdict {
    let narrowest = case.hidden().iter().min_by_key(|layer| layer.outputs);
    let Some(layer) = narrowest.filter(|_| !is_linear(case)) else {
        return Err("it has no hidden layers that could bend too little".to_owned());
    };
    let neurons = count(layer.outputs as usize, "neuron");
    if !threshold.is_crossed(layer.outputs as f64) {
        return Err(format!("its narrowest hidden layer has {neurons}"));
    }
    Ok(Finding {
        code: RULE.code,
        evidence: vec![
            threshold
                .against(layer.outputs as f64)
                .in_layer(&layer.name),
        ],
        sentence: format!(
            "it reached a skill of {}, and all that it says must pass the {neurons} of {}",
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
    fn linear_layers_are_told_apart_from_narrow_ones() {
        let mut run = Run::sound();
        run.settings.activation = Activation::Linear;
        run.trace.data.linear_train_loss = Some(Real(0.6));
        let finding = run.look(linear_in_vain).unwrap();
        assert!(
            finding
                .sentence
                .starts_with("all of its 3 hidden layers are linear")
        );
        assert!((finding.evidence[0].value - 0.4).abs() < 1e-9);
        let mut run = Run::sound();
        run.hidden()[1].outputs = 2;
        let finding = run.look(tiny).unwrap();
        assert_eq!(finding.evidence[0].value, 2.0);
        assert_eq!(finding.evidence[0].layer.as_deref(), Some("hidden 2"));
    }

    #[test]
    fn a_linear_network_is_right_for_what_is_linear_and_ten_neurons_are_wide_enough() {
        let mut run = Run::sound();
        assert!(run.look(tiny).is_err() && run.look(at_last).is_err());
        run.settings.activation = Activation::Linear;
        run.trace.data.linear_train_loss = Some(Real(0.1));
        assert!(run.look(linear_in_vain).is_err() && run.look(at_last).is_err());
        run.trace.data.linear_train_loss = None;
        assert!(run.look(at_last).is_ok());
    }
}
