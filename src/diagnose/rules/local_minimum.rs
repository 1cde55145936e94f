//! Training is stuck in a local minimum, which other runs leave.

use super::definition::{Detection, Rule};
use crate::diagnose::Code;
use crate::diagnose::case::{Case, entries, fell, of_constant, ratio};
use crate::diagnose::finding::{Finding, Side, Threshold};
use crate::diagnose::gate::LEARNED;
use crate::format::number;

const RISE: Threshold = Threshold {
    quantity: "largest rise of the loss above its lowest earlier value, as a fraction of the best constant's loss",
    side: Side::Below,
    value: 0.1,
    healthy: (0.06, 1.0),
    why: "steps that lead into a local minimum only lower the loss. Gradient noise raised it by \
              at most 0.002. Steps that jumped over a maximum had raised it by at least 3",
};

const LAST_FALL: Threshold = Threshold {
    quantity: "fall of the loss over the last tenth of training, as a fraction of the best constant's loss",
    side: Side::Below,
    value: 0.03,
    healthy: (-0.01, 0.005),
    why: "weights in a local minimum had at most 0.01. Weights that still moved at a suitable \
              learning rate had at least 0.27",
};

const LATE_FALL: Threshold = Threshold {
    quantity: "fall of the training loss over the second half, as a fraction of the best constant's loss",
    side: Side::Below,
    value: 0.03,
    healthy: (-0.01, 0.11),
    why: "a run with a falling loss is not stuck",
};

const LARGEST_STEP: Threshold = Threshold {
    quantity: "largest update ratio RMS(Δw)/RMS(w), over all layers and snapshots",
    side: Side::Below,
    value: 0.1,
    healthy: (0.003, 25.0),
    why: "larger steps can jump, so the weights need not be in a local minimum",
};

pub const RULE: Rule = Rule {
    code: Code::LocalMinimum,
    title: "Training is stuck in a local minimum",
    meaning: "The loss stopped falling at a point where every small step raises it. There are \
              lower points: runs with other initial weights, with momentum, or with Adam reach \
              them.",
    cause: "The loss is a non-convex function of many weights. SGD knows only the slope at the \
              current weights, so it can't leave a local minimum.",
    section: "8) Stuck in a local minimum",
    symptoms: "The training curve ends on a plateau. The gradients are small, and seeds end at \
              different losses.",
    fixes: &["`momentum` of 0.9", "`Adam`", "start with another seed"],
    combination: "For a one-weight model, (1) and (2) must both hold. For a network, (3) and (4) \
              must both hold, and another run must have learned: another seed, or the same cell \
              with momentum or Adam.",
    thresholds: &[RISE, LAST_FALL, LATE_FALL, LARGEST_STEP],
};

/// Detects a single weight in a local minimum. Its whole loss function is known, so no other run has
/// to prove that lower points exist. The update ratio is not used: the size of the weight is unrelated
/// to the distance between minima.
pub fn one_weight(case: &Case) -> Detection {
    if !case.is_one_weight() {
        // The other check of this code gives the reason.
        return Err(String::new());
    }
    if case.gate.is_passed() {
        return Err("the run learned".to_owned());
    }
    let (rise, fall) = (rise(case), last_fall(case));
    if !(RISE.is_crossed(rise) && LAST_FALL.is_crossed(fall)) {
        let rose = match rise.is_finite() {
            true => format!("rose by up to {}", of_constant(rise)),
            false => "is not finite".to_owned(),
        };
        return Err(format!(
            "the weight did not move into a local minimum and stay there: its loss {rose}, and {} \
             over the last tenth of training",
            fell(fall)
        ));
    }
    Ok(Finding {
        code: RULE.code,
        evidence: vec![LAST_FALL.against(fall), RISE.against(rise)],
        sentence: format!(
            "the weight moved into a local minimum and stays there, at a skill of {}",
            number(case.gate.skill)
        ),
    })
}

/// Detects a network that stopped improving, while another seed, or momentum, did not.
pub fn detect(case: &Case) -> Detection {
    if case.gate.is_passed() {
        return Err("it reached as much skill as other runs".to_owned());
    }
    if case.is_one_weight() {
        return Err("the weight is not in a local minimum".to_owned());
    }
    let fall = case.late_fall();
    if !LATE_FALL.is_crossed(fall) {
        return Err(match fall.is_finite() {
            true => format!(
                "the loss still falls: by {} over the second half",
                of_constant(fall)
            ),
            false => "the loss is not finite".to_owned(),
        });
    }
    let step = case.largest_step();
    if !LARGEST_STEP.is_crossed(step) {
        return Err(match step.is_nan() {
            true => "no update ratio was measured".to_owned(),
            false => format!(
                "large steps moved the weights: the largest update ratio of a layer {}",
                ratio(step)
            ),
        });
    }
    let Some((skill, which)) = better_run(case) else {
        return Err(
            "neither another seed nor the same cell with momentum or Adam is known to have learned"
                .to_owned(),
        );
    };
    let evidence = vec![
        LEARNED.against(case.gate.skill / case.gate.best),
        LATE_FALL.against(fall),
    ];
    Ok(Finding {
        code: RULE.code,
        evidence,
        sentence: format!(
            "training stopped improving at a skill of {}, while {which} reached {}",
            number(case.gate.skill),
            number(skill)
        ),
    })
}

/// Returns the skill of a run of the same cell that learned, and which run it is.
fn better_run(case: &Case) -> Option<(f64, &'static str)> {
    let learned = |skill: &f64| *skill >= case.gate.bar();
    let seeds = case.context.other_seeds.iter().copied();
    let best = seeds.filter(learned).max_by(f64::total_cmp);
    let momentum = case.context.with_momentum.filter(learned);
    momentum
        .map(|skill| (skill, "the same cell with momentum or Adam"))
        .or(best.map(|skill| (skill, "another seed")))
}

/// Returns the largest rise of the loss above its lowest earlier value, as a fraction of L₀ − L*.
fn rise(case: &Case) -> f64 {
    let curve = entries(&case.trace.curve.values);
    let start = (case.first_loss(), 0.0_f64);
    let (_, rise) = curve.fold(start, |(lowest, rise), loss| {
        (loss.min(lowest), rise.max(loss - lowest))
    });
    rise / case.learnable()
}

/// Returns the fall of the exact loss over the last tenth of the steps, as a fraction of L₀ − L*.
fn last_fall(case: &Case) -> f64 {
    case.fall_since(0.9)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::config::settings::{ModelSettings, OneWeightRisk};
    use crate::testkit::sound::SyntheticRun;

    fn weight(losses: &[f64]) -> SyntheticRun {
        let mut run = SyntheticRun::sound().with_losses(losses);
        run.settings.model = ModelSettings::Risk(OneWeightRisk::Ripples);
        run
    }

    #[test]
    fn a_weight_in_a_local_minimum_needs_no_other_run_and_no_small_steps() {
        // Much of the fall is in the second half.
        let mut run = weight(&[9.0, 8.0, 6.0, 1.01, 1.0, 1.0]);
        run.trace.layers[0].update_ratio = crate::testkit::sound::column(&[0.3, 1e-4]);
        assert!(run.detect(one_weight).is_ok() && run.detect(detect).is_err());
        let finding = run.diagnose().finding;
        assert_eq!(
            (finding.code, finding.evidence[0].value),
            (Code::LocalMinimum, 0.0)
        );
    }

    #[test]
    fn a_weight_that_jumped_or_still_moves_is_in_no_local_minimum_nor_is_a_network() {
        assert!(
            weight(&[9.0, 3.0, 7.0, 1.0, 1.0])
                .detect(one_weight)
                .is_err()
        );
        assert!(
            weight(&[9.0, 8.0, 6.0, 4.0, 2.0])
                .detect(one_weight)
                .is_err()
        );
        assert!(
            weight(&[9.0, 3.0, 0.1, 0.1, 0.1])
                .detect(one_weight)
                .is_err()
        );
        let network = SyntheticRun::sound().with_losses(&[9.0, 3.0, 1.0, 1.0]);
        assert!(network.detect(one_weight).is_err());
    }

    #[test]
    fn a_plateau_is_a_local_minimum_if_another_seed_or_momentum_learned() {
        let mut run = SyntheticRun::sound().with_losses(&[1.0, 0.7, 0.6, 0.6, 0.6]);
        assert!(run.detect(detect).is_err());
        run.context.other_seeds = vec![0.1, 0.95];
        assert!(
            run.detect(detect)
                .unwrap()
                .sentence
                .contains("another seed reached 0.95")
        );
        run.context.with_momentum = Some(0.9);
        assert!(
            run.detect(detect)
                .unwrap()
                .sentence
                .contains("with momentum")
        );
    }

    #[test]
    fn a_run_that_learned_is_not_stuck_though_another_seed_learned_more() {
        let mut run = SyntheticRun::sound();
        run.context.other_seeds = vec![0.99];
        assert!(run.detect(detect).unwrap_err().contains("as much skill"));
    }

    #[test]
    fn a_falling_loss_or_a_cell_without_better_runs_is_not_stuck() {
        let mut run = SyntheticRun::sound().with_losses(&[1.0, 0.9, 0.8, 0.7, 0.6]);
        run.context.with_momentum = Some(0.99);
        assert!(run.detect(detect).is_err());
        let mut run = SyntheticRun::sound().with_losses(&[1.0, 0.7, 0.6, 0.6, 0.6]);
        run.context.other_seeds = vec![0.5, f64::NAN];
        assert!(run.detect(detect).is_err());
    }
}
