//! A sigmoid output that is saturated under the square loss.

use super::{Rule, Verdict};
use crate::diagnose::Code;
use crate::diagnose::case::{Case, start};
use crate::diagnose::finding::{Finding, Side, Threshold};
use crate::number::number;
use crate::spec::settings::{Loss, OutputActivation};

const SATURATED: Threshold = Threshold {
    quantity: "share of the rows for which the output is saturated, before training",
    side: Side::Above,
    value: 0.5,
    healthy: (0.0, 0.08),
    why: "most rows then have a gradient of less than a twentieth",
};

pub const RULE: Rule = Rule {
    code: Code::SaturatedOutput,
    title: "The output is saturated under the square loss",
    meaning: "The output is sure of its answer before it has learned anything, and so sure that no \
              gradient comes back to change its mind.",
    cause: "∂H/∂z = ∂H/∂a · σ′(z), and σ′(z) ≈ 0 where |z| is large. Under the square loss nothing \
            makes up for that factor; the logarithm of the cross-entropy cancels it.",
    section: "7) Activation function saturates",
    signs: "The training curve is flat, far above the loss of the best constant; all outputs are 0, or \
            all are 1; every gradient is tiny.",
    remedies: &[
        "use the cross-entropy",
        "use batch normalisation of the output's z",
        "start the output's bias at 0",
    ],
    thresholds: &[SATURATED],
};

pub fn look(case: &Case) -> Verdict {
    let Some(output) = case
        .output()
        .filter(|_| case.settings.output != OutputActivation::Linear)
    else {
        return Err("its output has no σ that could saturate".to_owned());
    };
    if case.settings.loss.is_cross_entropy() {
        return Err("under the cross-entropy a saturated output still learns".to_owned());
    }
    let share = start(&output.saturated);
    if !SATURATED.is_crossed(share) {
        return Err(format!(
            "its output starts saturated for {} of the rows",
            number(share)
        ));
    }
    Ok(Finding {
        code: RULE.code,
        evidence: vec![SATURATED.against(share).in_layer(&output.name).born()],
        sentence: format!(
            "before training its output is saturated for {} of the rows, and the {} loss \
             brings nothing back through that",
            number(share),
            match case.settings.loss {
                Loss::Mae => "absolute",
                Loss::Huber { .. } => "Huber",
                Loss::Mse | Loss::Bce | Loss::CrossEntropy => "square",
            }
        ),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testkit::sound::{Run, column};

    #[test]
    fn saturation_matters_where_no_logarithm_makes_up_for_it() {
        let mut run = Run::sound();
        run.settings.output = OutputActivation::Sigmoid;
        run.output().saturated = column(&[1.0, 1.0]);
        assert_eq!(run.look(look).unwrap().evidence[0].value, 1.0);
        run.settings.loss = Loss::Mae;
        assert!(run.look(look).is_ok());
        run.output().saturated = column(&[0.4, 1.0]);
        assert!(run.look(look).is_err());
        run.output().saturated = column(&[1.0, 1.0]);
        run.settings.loss = Loss::Bce;
        assert!(run.look(look).is_err());
    }
}
