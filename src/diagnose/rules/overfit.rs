//! The run memorized its training rows.

use super::{Rule, Verdict};
use crate::diagnose::Code;
use crate::diagnose::case::{Case, of_constant};
use crate::diagnose::finding::{Finding, Side, Threshold};
use crate::diagnose::gate::HELD_OUT;
use crate::number::number;

const RISE: Threshold = Threshold {
    quantity: "rise of the validation loss from its minimum to the end, as a fraction of the best constant's loss",
    side: Side::Above,
    value: 0.15,
    healthy: (0.0, 0.11),
    why: "0.15 = 1 − 0.85: the training skill may be this far below the reference skill",
};

const GAP: Threshold = Threshold {
    quantity: "training skill − validation skill, at the end",
    side: Side::Above,
    value: 0.15,
    healthy: (-0.02, 0.3),
    why: "0.15 = 1 − 0.85: the training skill may be this far below the reference skill. With few and \
              noisy rows, healthy runs can have a larger gap, so the gap alone is not enough",
};

pub const RULE: Rule = Rule {
    code: Code::Overfit,
    title: "The run memorized its training rows",
    meaning: "The predictions are right for the training rows, but not for the validation rows. \
              The run learned its training rows, but it still counts as failing.",
    cause: "A network with many weights can follow the noise of few rows. Adam tends to fit the \
              training data more closely than SGD, which can lead to overfitting.",
    section: "8) Stuck in a local minimum (Adam vs. SGD)",
    symptoms: "The validation curve rises while the training curve still falls.",
    remedies: &[
        "`early stopping`: patience on the validation loss",
        "`SGD` in place of Adam",
        "`weight decay`",
        "`smaller network`: a quarter of the neurons in each hidden layer",
    ],
    combination: "(3) must hold, together with (1) or (2). The rule applies only if the training \
              skill is at least 85% of the reference skill.",
    thresholds: &[RISE, HELD_OUT, GAP],
};

pub fn look(case: &Case) -> Verdict {
    let Some(validation) = case.trace.validation_skill() else {
        return Err("it has no validation rows".to_owned());
    };
    let (epoch, rise) = rise(case).unwrap_or((0, f64::NAN));
    let gap = case.gate.skill - validation;
    if validation.is_nan() {
        return Err("the validation loss is not finite".to_owned());
    }
    let rose = match rise > 0.0 {
        true => format!(
            "since epoch {epoch} the validation loss rose by {}",
            of_constant(rise)
        ),
        false => "the validation loss did not rise after its minimum".to_owned(),
    };
    let words = format!(
        "the training skill is {} and the validation skill {}; {rose}",
        number(case.gate.skill),
        number(validation)
    );
    // A validation loss that was never low need not have risen.
    let first = match (RISE.is_crossed(rise), HELD_OUT.is_crossed(validation)) {
        (true, _) => RISE.against(rise).from_epoch(Some(epoch)),
        (false, true) => HELD_OUT.against(validation),
        (false, false) => return Err(words),
    };
    if !GAP.is_crossed(gap) {
        return Err(words);
    }
    Ok(Finding {
        code: RULE.code,
        evidence: vec![first, GAP.against(gap)],
        sentence: words,
    })
}

/// Returns the epoch of the lowest validation loss, and its rise since then as a fraction of the best
/// constant's loss.
fn rise(case: &Case) -> Option<(u64, f64)> {
    let evaluations = case.trace.evaluations.iter();
    let mut losses = evaluations.filter_map(|point| Some((point.step, point.validation?.loss.0)));
    let (step, lowest) = losses.clone().min_by(|a, b| a.1.total_cmp(&b.1))?;
    let (_, last) = losses.next_back()?;
    Some((
        case.trace.epoch_of(step),
        (last - lowest) / case.trace.data.validation_learnable()?,
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testkit::sound::Run;

    #[test]
    fn a_gap_between_training_and_validation_rows_is_found_with_its_epoch() {
        let mut run = Run::sound()
            .with_losses(&[1.0, 0.3, 0.1])
            .with_validation(&[1.0, 0.4, 0.6]);
        let finding = run.look(look).unwrap();
        assert!((finding.evidence[0].value - 0.2).abs() < 1e-9);
        assert!((finding.evidence[1].value - 0.5).abs() < 1e-9);
        assert_eq!(finding.evidence[0].epoch, Some(1));
        run = run.with_validation(&[1.0, 0.4, 0.5]);
        assert!(run.look(look).is_err(), "other rows differ that much");
    }

    #[test]
    fn a_negative_validation_skill_is_overfit_without_a_rise() {
        let run = Run::sound().with_losses(&[1.0, 0.3, 0.1]);
        let run = run.with_validation(&[1.0, 1.01, 1.02]);
        let finding = run.look(look).unwrap();
        assert!((finding.evidence[0].value + 0.02).abs() < 1e-9);
    }
}
