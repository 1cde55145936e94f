//! The network can't express the function: too few layers or neurons, or only linear ones.

use super::{Rule, Verdict};
use crate::diagnose::Code;
use crate::diagnose::case::Case;
use crate::diagnose::finding::{Evidence, Finding, Threshold};
use crate::diagnose::gate::linear_skill;
use crate::number::{count, number};
use crate::spec::settings::{Activation, Model};

const NARROWEST: Threshold = Threshold {
    quantity: "neurons of the narrowest hidden layer",
    value: 6.0,
    healthy: (8.0, f64::INFINITY),
    why: "every ReLU makes one bend",
};

const LINEAR: Threshold = Threshold {
    quantity: "skill, less that of the best linear model",
    value: 0.05,
    healthy: (0.1, 1.0),
    why: "what is no better than linear by more than this has learned no bend",
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
    thresholds: &[LINEAR, NARROWEST],
};

pub fn look(case: &Case) -> Verdict {
    if case.is_one_weight() {
        return Err("a risk of one weight has no capacity to lack".to_owned());
    }
    match is_linear(case) {
        true => linear(case),
        false => narrow(case),
    }
}

/// Whether the whole network is one linear map before the output.
fn is_linear(case: &Case) -> bool {
    case.settings.model == Model::Linear || case.settings.activation == Activation::Linear
}

fn linear(case: &Case) -> Verdict {
    let what = match case.hidden().len() {
        0 => "it has no hidden layer".to_owned(),
        1 => "its hidden layer is linear".to_owned(),
        n => format!("all of its {n} hidden layers are linear"),
    };
    let known = linear_skill(case.trace);
    Ok(Finding {
        code: RULE.code,
        evidence: against_linear(case).into_iter().collect(),
        sentence: match known {
            Some(known) => format!(
                "{what}, so that it can be no better than the best linear model, whose skill is {} \
                 where {} is known to be possible",
                number(known),
                number(case.gate.best)
            ),
            None => format!("{what}, so that it can be no better than a linear model"),
        },
    })
}

fn narrow(case: &Case) -> Verdict {
    let narrowest = case.hidden().iter().min_by_key(|layer| layer.outputs);
    let Some(layer) = narrowest else {
        return Err("it has no layers that could be too narrow".to_owned());
    };
    let width = layer.outputs as f64;
    if !NARROWEST.is_above(width) {
        return Err(format!(
            "its narrowest hidden layer has {}",
            count(layer.outputs as usize, "neuron")
        ));
    }
    let evidence = [NARROWEST.against(width).in_layer(&layer.name)];
    let neurons = count(layer.outputs as usize, "neuron");
    Ok(Finding {
        code: RULE.code,
        evidence: evidence.into_iter().chain(against_linear(case)).collect(),
        sentence: format!(
            "it came to rest at a skill of {}, and {} has no more than {neurons}",
            number(case.gate.skill),
            layer.name
        ),
    })
}

/// How far it is beyond the best linear model.
fn against_linear(case: &Case) -> Option<Evidence> {
    let known = linear_skill(case.trace)?;
    Some(LINEAR.against(case.gate.skill - known))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::diagnose::tests::Run;

    #[test]
    fn linear_layers_are_told_apart_from_narrow_ones() {
        let mut run = Run::sound();
        run.settings.activation = Activation::Linear;
        assert!(
            run.look(look)
                .unwrap()
                .sentence
                .starts_with("all of its 3 hidden layers are linear")
        );
        let mut run = Run::sound();
        run.hidden()[1].outputs = 2;
        let finding = run.look(look).unwrap();
        assert_eq!(finding.evidence[0].value, 2.0);
        assert_eq!(finding.evidence[0].layer.as_deref(), Some("hidden 2"));
    }

    #[test]
    fn a_network_of_ten_neurons_a_layer_is_wide_enough() {
        assert!(Run::sound().look(look).is_err());
    }
}
