//! Steps too large: the risk blows up, neurons die, or it oscillates.

use super::{Rule, Verdict};
use crate::diagnose::Code;
use crate::diagnose::case::{Case, end, entries, start};
use crate::diagnose::finding::{Finding, Side, Threshold};
use crate::number::number;
use crate::trace::{Layer, Outcome};

const BLOW_UP: Threshold = Threshold {
    quantity: "highest loss, as a multiple of the first and of the best constant's",
    side: Side::Above,
    value: 10.0,
    healthy: (0.2, 1.1),
    why: "no step downhill takes a loss there",
};

const UPDATE: Threshold = Threshold {
    quantity: "RMS(Δw)/RMS(w) of a step, median over time and layers",
    side: Side::Above,
    value: 0.1,
    healthy: (2.5e-6, 0.3),
    why: "ten such steps make other weights of any, whatever the gradient said",
};

const DEATH: Threshold = Threshold {
    quantity: "share of a layer's neurons that became 0 for every row in training",
    side: Side::Above,
    value: 0.5,
    healthy: (0.0, 0.23),
    why: "single neurons die in sound trainings too, half a layer does not",
};

const DEEP: Threshold = Threshold {
    quantity: "hidden layers",
    side: Side::Below,
    value: 10.0,
    healthy: (1.0, 8.0),
    why: "in a network as deep as that neurons die at sound rates as well",
};

const THROW: Threshold = Threshold {
    quantity: "largest RMS(Δw)/RMS(w) of a step, of all layers and moments",
    side: Side::Above,
    value: 0.1,
    healthy: (0.003, 25.0),
    why: "rates that were too high had 0.1 at least; others too, so that it counts only where nothing \
          else is seen",
};

const SWING: Threshold = Threshold {
    quantity: "mean jump of the exact loss from one look to the next over the second half, as a share \
               of the best constant's",
    side: Side::Above,
    value: 0.05,
    healthy: (0.0, 0.015),
    why: "other failures come to rest, or fall, and jump by 0.03 at most",
};

pub const RULE: Rule = Rule {
    code: Code::LearningRateTooHigh,
    title: "The learning rate is too high",
    meaning: "Every step overshoots: the risk rises, swings to and fro, or blows up; neurons that one \
              step has thrown too far are dead from then on.",
    cause: "A step α ∂R/∂w follows the gradient at the point where it stands. Where the risk bends \
            before the step is over, the step leads up the other side.",
    section: "4) Learning rate is too high/low",
    signs: "The training curve jumps, comes to rest at once and high, or rises to infinity.",
    remedies: &[
        "lower the rate by a factor of ten; look at several on a logarithmic scale",
        "use larger batches, if the jumps are those of the batches",
    ],
    thresholds: &[BLOW_UP, UPDATE, DEATH, DEEP, SWING, THROW],
};

/// Whether the loss left for infinity.
pub fn blow_up(case: &Case) -> Verdict {
    let scale = case.first_loss().max(case.constant_loss());
    let curve = entries(&case.trace.curve.values);
    let highest = curve.fold(case.last_loss(), f64::max) / scale;
    let step = match case.trace.outcome {
        Outcome::Diverged { step } => Some(step),
        Outcome::Finished
        | Outcome::Stopped { .. }
        | Outcome::Converged { .. }
        | Outcome::StoppedEarly { .. }
        | Outcome::TimedOut { .. }
        | Outcome::TooLarge { .. }
        | Outcome::Failed { .. } => None,
    };
    if step.is_none() && !BLOW_UP.is_crossed(highest) {
        return Err("its loss never left for infinity".to_owned());
    }
    let highest = if step.is_some() {
        f64::INFINITY
    } else {
        highest
    };
    let curve = &case.trace.curve;
    let first = entries(&curve.values)
        .position(|loss| !loss.is_finite() || BLOW_UP.is_crossed(loss / scale));
    let epoch = first.and_then(|at| curve.epochs.get(at).copied());
    Ok(Finding {
        code: RULE.code,
        evidence: vec![BLOW_UP.against(highest).from_epoch(epoch)],
        sentence: match step {
            Some(step) => format!("it blew up: at step {step} it was not finite any more"),
            None => format!("it blew up: its loss rose {}-fold", number(highest)),
        },
    })
}

/// Whether every step makes other weights.
pub fn violent(case: &Case) -> Verdict {
    let ratio = case.update_ratio();
    let words = format!(
        "a step changes the weights by {} of their size",
        number(ratio)
    );
    if !UPDATE.is_crossed(ratio) {
        return Err(words);
    }
    Ok(Finding {
        code: RULE.code,
        evidence: vec![UPDATE.against(ratio)],
        sentence: words,
    })
}

/// Whether the steps have killed neurons. In a deep network they die of the depth.
pub fn deadly(case: &Case) -> Verdict {
    let died = |layer: &Layer| end(&layer.dead) - start(&layer.dead);
    let worst = case
        .hidden()
        .iter()
        .max_by(|a, b| died(a).total_cmp(&died(b)));
    let few = DEEP.is_crossed(case.hidden().len() as f64);
    let Some(layer) = worst.filter(|layer| few && DEATH.is_crossed(died(layer))) else {
        return Err("its steps killed no layer".to_owned());
    };
    let half = (start(&layer.dead) + end(&layer.dead)) / 2.0;
    let since = case.first_epoch(&layer.dead, |share| share > half);
    Ok(Finding {
        code: RULE.code,
        evidence: vec![
            DEATH
                .against(died(layer))
                .in_layer(&layer.name)
                .from_epoch(since),
        ],
        sentence: format!(
            "{} of the neurons of {} died in training, by epoch {}",
            number(died(layer)),
            layer.name,
            since.unwrap_or(0)
        ),
    })
}

/// Whether the loss swings instead of settling.
pub fn oscillation(case: &Case) -> Verdict {
    let swing = swing(case);
    if !SWING.is_crossed(swing) {
        return Err(format!(
            "its loss settles: it jumps by {} of the best constant's",
            number(swing)
        ));
    }
    Ok(Finding {
        code: RULE.code,
        evidence: vec![SWING.against(swing)],
        sentence: format!(
            "it oscillates: its loss jumps by {} of the best constant's to the end",
            number(swing)
        ),
    })
}

/// Whether a step threw it somewhere from where it never came back, where nothing else was found.
pub fn thrown(case: &Case) -> Verdict {
    let step = case.largest_step();
    if !THROW.is_crossed(step) {
        return Err(format!(
            "its largest step changed a layer's weights by {} of their size",
            number(step)
        ));
    }
    Ok(Finding {
        code: RULE.code,
        evidence: vec![THROW.against(step)],
        sentence: format!(
            "it came to rest high after steps that changed a layer's weights by up to {} of their size",
            number(step)
        ),
    })
}

/// Mean |change| of the exact loss between looks over the second half, less the change that leads
/// anywhere.
fn swing(case: &Case) -> f64 {
    let risks = &case.trace.risks;
    let late = &risks[risks.len() / 2..];
    let losses: Vec<f64> = late.iter().map(|point| point.train.loss.0).collect();
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
    use crate::testkit::sound::{Run, column};

    #[test]
    fn a_loss_that_leaves_for_infinity_is_told_with_its_step_or_its_height() {
        let mut run = Run::sound();
        run.trace.outcome = Outcome::Diverged { step: 17 };
        assert!(run.look(blow_up).unwrap().sentence.contains("step 17"));
        let run = Run::sound().with_losses(&[1.0, 30.0, 20.0]);
        assert!(run.look(blow_up).unwrap().sentence.contains("30-fold"));
        assert!(
            Run::sound()
                .with_losses(&[1.0, 8.0, 0.1])
                .look(blow_up)
                .is_err()
        );
    }

    #[test]
    fn steps_as_large_as_the_weights_and_neurons_that_die_of_them() {
        let mut run = Run::sound();
        for layer in &mut run.trace.layers {
            layer.update_ratio = column(&[0.3, 0.2]);
        }
        assert!(
            run.look(violent)
                .unwrap()
                .sentence
                .contains("0.25 of their size")
        );
        let mut run = Run::sound();
        run.hidden()[1].dead = column(&[0.1, 0.9]);
        assert!(
            run.look(deadly)
                .unwrap()
                .sentence
                .contains("0.8 of the neurons of hidden 2")
        );
        run.hidden()[1].dead = column(&[0.5, 0.9]);
        assert!(run.look(deadly).is_err());
        assert!(run.look(thrown).is_err());
        run.hidden()[0].update_ratio = column(&[0.4, 1e-4]);
        assert!(run.look(violent).is_err() && run.look(thrown).is_ok());
    }

    #[test]
    fn a_loss_that_swings_is_told_from_one_that_falls() {
        let swings = [1.0, 0.9, 0.5, 0.9, 0.5, 0.9, 0.5];
        assert!(Run::sound().with_losses(&swings).look(oscillation).is_ok());
        let falls = [1.0, 0.9, 0.8, 0.6, 0.4, 0.2, 0.1];
        assert!(Run::sound().with_losses(&falls).look(oscillation).is_err());
    }
}
