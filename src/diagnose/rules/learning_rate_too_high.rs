//! Steps are too large: the loss diverges or oscillates, or neurons become dead.

use super::definition::{Detection, Rule};
use super::overfit::has_learned;
use crate::diagnose::Code;
use crate::diagnose::case::{Case, end, entries, of_constant, percent, ratio, start};
use crate::diagnose::finding::{Finding, Side, Threshold};
use crate::format::number;
use crate::trace::{Layer, Outcome};

const HIGHEST: Threshold = Threshold {
    quantity: "highest loss ÷ the larger of initial loss and best constant's loss",
    side: Side::Above,
    value: 10.0,
    healthy: (0.2, 1.1),
    why: "steps that lower the loss never lead to such a loss",
};

const UPDATE: Threshold = Threshold {
    quantity: "update ratio RMS(Δw)/RMS(w), median over time and layers",
    side: Side::Above,
    value: 0.1,
    healthy: (2.5e-6, 0.3),
    why: "ten such steps can replace the weights completely",
};

const BECAME_DEAD: Threshold = Threshold {
    quantity: "fraction of a layer's neurons that became 0 for every row during training",
    side: Side::Above,
    value: 0.5,
    healthy: (0.0, 0.23),
    why: "single neurons become dead in healthy runs too, but not half of a layer",
};

const DEEP: Threshold = Threshold {
    quantity: "hidden layers",
    side: Side::Below,
    value: 10.0,
    healthy: (1.0, 8.0),
    why: "in deeper networks, neurons become dead at suitable learning rates too",
};

const LARGEST_STEP: Threshold = Threshold {
    quantity: "largest update ratio RMS(Δw)/RMS(w), over all layers and snapshots",
    side: Side::Above,
    value: 0.1,
    healthy: (0.003, 25.0),
    why: "runs with too high a rate had at least 0.1. Other runs can have it too, so it counts \
              only if no other rule matches",
};

const SWING: Threshold = Threshold {
    quantity: "mean jump of the training loss between evaluations in the second half, as a fraction of the \
               best constant's loss",
    side: Side::Above,
    value: 0.05,
    healthy: (0.0, 0.015),
    why: "the loss of runs that fail for other reasons jumps by at most 0.03",
};

pub const RULE: Rule = Rule {
    code: Code::LearningRateTooHigh,
    title: "The learning rate is too high",
    meaning: "Every step overshoots: the loss rises, oscillates or diverges. A step that is too \
              long can also make neurons 0 for every row, and they stay 0.",
    cause: "A step α ∂L/∂w follows the slope at the current weights. If the loss turns upward \
              before the step ends, the step leads to a higher loss.",
    section: "4) Learning rate is too high/low",
    symptoms: "The training curve jumps, is flat at a high loss from the start, or rises to \
              infinity.",
    fixes: &[
        "`lower learning rate`: 10, 100 or 1,000 times lower",
        "`larger batches`: four times as many rows, if the noise of small batches causes the \
         jumps",
    ],
    combination: "A run that diverged matches without a threshold. Otherwise (1), (2), (5) or (6) \
              is enough, or (3) and (4) together. (1) is checked first. (6) is checked last. It counts \
              only if the run did not learn, and no other rule matches.",
    thresholds: &[HIGHEST, UPDATE, BECAME_DEAD, DEEP, SWING, LARGEST_STEP],
};

/// Detects a run that diverged, or a huge loss.
pub fn diverged(case: &Case) -> Detection {
    let scale = case.first_loss().max(case.constant_loss());
    let curve = entries(&case.trace.curve.values);
    let highest = curve.fold(case.last_loss(), f64::max) / scale;
    let step = match case.trace.outcome {
        Outcome::Diverged { step } => Some(step),
        Outcome::Finished
        | Outcome::Pruned { .. }
        | Outcome::Converged { .. }
        | Outcome::StoppedEarly { .. }
        | Outcome::TimedOut { .. }
        | Outcome::TooLarge { .. }
        | Outcome::Crashed { .. } => None,
    };
    if step.is_none() && !HIGHEST.is_crossed(highest) {
        return Err("the loss never became huge".to_owned());
    }
    let highest = if step.is_some() {
        f64::INFINITY
    } else {
        highest
    };
    let curve = &case.trace.curve;
    let first = entries(&curve.values)
        .position(|loss| !loss.is_finite() || HIGHEST.is_crossed(loss / scale));
    let at = first.and_then(|first| curve.at.get(first));
    let epoch = at.map(|at| case.trace.epoch_of(*at));
    Ok(Finding {
        code: RULE.code,
        evidence: vec![HIGHEST.against(highest).from_epoch(epoch)],
        sentence: match step {
            Some(step) => format!(
                "the run diverged in step {}: a value was no longer finite",
                step + 1
            ),
            None => format!("the loss rose {}-fold", number(highest)),
        },
    })
}

/// Detects steps that replace the weights.
pub fn large_steps(case: &Case) -> Detection {
    let median = case.update_ratio();
    let words = format!("the median update ratio {}", ratio(median));
    if !UPDATE.is_crossed(median) {
        return Err(words);
    }
    Ok(Finding {
        code: RULE.code,
        evidence: vec![UPDATE.against(median)],
        sentence: words,
    })
}

/// Detects neurons that became dead during training. In deep networks, the cause is the depth.
pub fn dying_neurons(case: &Case) -> Detection {
    let died = |layer: &Layer| end(&layer.dead) - start(&layer.dead);
    let known = case.hidden().iter().filter(|layer| !died(layer).is_nan());
    let worst = known.max_by(|a, b| died(a).total_cmp(&died(b)));
    let few = DEEP.is_crossed(case.hidden().len() as f64);
    let Some(layer) = worst.filter(|layer| few && BECAME_DEAD.is_crossed(died(layer))) else {
        return Err(
            "in no layer did more than half of the neurons become dead during training".to_owned(),
        );
    };
    let half = (start(&layer.dead) + end(&layer.dead)) / 2.0;
    let since = case.first_epoch(&layer.dead, |fraction| fraction > half);
    let when = match (since.unwrap_or(0), case.trace.unit()) {
        (0 | 1, "epoch") => "in the first epoch".to_owned(),
        (at, unit) => format!("by {unit} {at}"),
    };
    Ok(Finding {
        code: RULE.code,
        evidence: vec![
            BECAME_DEAD
                .against(died(layer))
                .in_layer(&layer.name)
                .from_epoch(since),
        ],
        sentence: format!(
            "{} of the neurons of {} became dead during training, {when}",
            percent(died(layer)),
            layer.name
        ),
    })
}

/// Detects a loss that oscillates.
pub fn oscillation(case: &Case) -> Detection {
    // A smaller swing is rounding.
    const LEAST_SWING: f64 = 1e-6;
    let swing = swing(case);
    if !SWING.is_crossed(swing) {
        return Err(match swing.is_nan() {
            true => "no jumps of the loss were measured".to_owned(),
            false if swing < LEAST_SWING => "the loss does not oscillate".to_owned(),
            false => format!(
                "the loss hardly oscillates: its mean jump between evaluations is {}",
                of_constant(swing)
            ),
        });
    }
    Ok(Finding {
        code: RULE.code,
        evidence: vec![SWING.against(swing)],
        sentence: format!(
            "the loss oscillates: in the second half, its mean jump between evaluations is {}",
            of_constant(swing)
        ),
    })
}

/// Detects a single large step before a loss that stayed high. Checked last, because suitable rates can
/// have one too.
pub fn one_large_step(case: &Case) -> Detection {
    if has_learned(case) {
        return Err("the loss did not stay high".to_owned());
    }
    let step = case.largest_step();
    if !LARGEST_STEP.is_crossed(step) {
        return Err(format!(
            "the largest update ratio of a layer {}",
            ratio(step)
        ));
    }
    Ok(Finding {
        code: RULE.code,
        evidence: vec![LARGEST_STEP.against(step)],
        sentence: format!(
            "the loss stayed high after steps with an update ratio of up to {}",
            number(step)
        ),
    })
}

/// Returns the mean absolute change of the exact training loss between evaluations of the second
/// half, without the net change, as a fraction of L₀ − L*.
fn swing(case: &Case) -> f64 {
    let losses = case.losses_since(0.5);
    let [first, .., last] = losses.as_slice() else {
        return f64::NAN;
    };
    let path: f64 = losses
        .windows(2)
        .map(|pair| (pair[1] - pair[0]).abs())
        .sum();
    let jumps = (losses.len() - 1) as f64;
    (path - (last - first).abs()) / jumps / case.learnable()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testkit::sound::{SyntheticRun, column};

    #[test]
    fn a_diverged_run_is_described_by_its_step_or_its_loss() {
        let mut run = SyntheticRun::sound();
        run.trace.outcome = Outcome::Diverged { step: 17 };
        assert!(run.detect(diverged).unwrap().sentence.contains("step 18"));
        let run = SyntheticRun::sound().with_losses(&[1.0, 30.0, 20.0]);
        assert!(run.detect(diverged).unwrap().sentence.contains("30-fold"));
        assert!(
            SyntheticRun::sound()
                .with_losses(&[1.0, 8.0, 0.1])
                .detect(diverged)
                .is_err()
        );
    }

    #[test]
    fn a_huge_loss_is_compared_with_the_first_training_loss() {
        let mut run = SyntheticRun::sound()
            .with_losses(&[8.0, 8.0, 50.0, 0.1])
            .with_validation(&[8.0; 4]);
        run.trace.evaluations[0].train = None;
        assert!(run.detect(diverged).is_err());
    }

    #[test]
    fn large_update_ratios_and_neurons_that_become_dead_are_found() {
        let mut run = SyntheticRun::sound();
        for layer in &mut run.trace.layers {
            layer.update_ratio = column(&[0.3, 0.2]);
        }
        assert!(
            run.detect(large_steps)
                .unwrap()
                .sentence
                .contains("update ratio is 0.3")
        );
        let mut run = SyntheticRun::sound();
        run.hidden()[1].dead = column(&[0.1, 0.9]);
        assert!(
            run.detect(dying_neurons)
                .unwrap()
                .sentence
                .contains("80% of the neurons of hidden 2")
        );
        run.hidden()[1].dead = column(&[0.5, 0.9]);
        assert!(run.detect(dying_neurons).is_err());
    }

    #[test]
    fn neurons_become_dead_in_an_epoch_or_at_a_step() {
        let mut run = SyntheticRun::sound();
        run.hidden()[0].dead = column(&[f64::NAN; 3]);
        run.hidden()[1].dead = column(&[0.1, 0.9, 0.9]);
        let mut when = |step: u64, per_epoch: Option<u64>| {
            run.trace.snapshots = vec![0, step, 1199];
            run.trace.steps_per_epoch = per_epoch;
            let sentence = run.detect(dying_neurons).unwrap().sentence;
            sentence.rsplit_once(", ").unwrap().1.to_owned()
        };
        assert_eq!(when(300, Some(300)), "in the first epoch");
        assert_eq!(when(301, Some(300)), "by epoch 2");
        assert_eq!(when(301, None), "by step 301");
    }

    #[test]
    fn one_large_step_counts_only_if_the_loss_stayed_high() {
        let mut run = SyntheticRun::sound().with_losses(&[1.0, 0.7, 0.6, 0.6, 0.6]);
        assert!(run.detect(one_large_step).is_err());
        run.hidden()[0].update_ratio = column(&[0.4, 1e-4]);
        assert!(run.detect(large_steps).is_err() && run.detect(one_large_step).is_ok());
        let run = run.with_losses(&[1.0, 0.2, 0.06, 0.05, 0.05]);
        assert!(run.detect(one_large_step).is_err());
        assert_eq!(run.diagnose().notes, []);
    }

    #[test]
    fn an_oscillation_is_found_between_evaluations_without_a_training_loss() {
        let mut run = SyntheticRun::sound()
            .with_losses(&[1.0, 0.9, 0.5, 0.9, 0.7, 0.5, 0.9, 0.7, 0.5])
            .with_validation(&[0.5; 9]);
        for place in [4, 7] {
            run.trace.evaluations[place].train = None;
        }
        assert!(run.detect(oscillation).is_ok());
    }

    #[test]
    fn an_oscillating_loss_is_found_and_a_falling_one_is_not() {
        let swings = [1.0, 0.9, 0.5, 0.9, 0.5, 0.9, 0.5];
        assert!(
            SyntheticRun::sound()
                .with_losses(&swings)
                .detect(oscillation)
                .is_ok()
        );
        let falls = [1.0, 0.9, 0.8, 0.6, 0.4, 0.2, 0.1];
        assert!(
            SyntheticRun::sound()
                .with_losses(&falls)
                .detect(oscillation)
                .is_err()
        );
    }
}
