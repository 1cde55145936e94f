//! The run memorized its training rows.

use super::definition::{Detection, Rule};
use crate::diagnose::Code;
use crate::diagnose::case::{Case, of_constant};
use crate::diagnose::finding::{Finding, Side, Threshold};
use crate::diagnose::gate::{HELD_OUT, nothing_learned};
use crate::format::number;
use crate::trace::Trace;

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
    fixes: &[
        "`early stopping`: patience on the validation loss",
        "`SGD` in place of Adam",
        "`weight decay`",
        "`smaller network`: a quarter of the neurons in each hidden layer",
    ],
    combination: "(3) must hold, together with (1) or (2). The rule applies only if the training \
              skill is at least 85% of the reference skill.",
    thresholds: &[RISE, HELD_OUT, GAP],
};

/// Returns whether a run learned its training rows: it is healthy or overfit.
pub fn has_learned(case: &Case) -> bool {
    let learned = nothing_learned(case.trace).is_none() || detect(case).is_ok();
    case.gate.is_passed() && learned
}

pub fn detect(case: &Case) -> Detection {
    if let Some(why) = missing(case.trace) {
        return Err(why.to_owned());
    }
    let validation = case.trace.validation_skill().unwrap_or(f64::NAN);
    let (epoch, rise) = rise(case).unwrap_or((0, f64::NAN));
    let gap = gap(case.trace).unwrap_or(f64::NAN);
    if validation.is_nan() {
        return Err("the validation loss is not finite".to_owned());
    }
    let rose = match rise > 0.0 {
        true => format!(
            "since {} {epoch} the validation loss rose by {}",
            case.trace.unit(),
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

/// Returns what a trace lacks for this rule, as a sentence; `None` if nothing is missing.
pub fn missing(trace: &Trace) -> Option<&'static str> {
    let constant = trace.data.constant_validation_loss;
    let has_constant = constant.is_some_and(|loss| !loss.0.is_nan());
    match (trace.has_validation(), has_constant) {
        (false, _) if trace.data.validation_rows == 0 => Some("it has no validation rows"),
        (false, _) => Some("not recorded: validation losses"),
        (true, false) => Some("not recorded: the loss of the best constant on the validation rows"),
        (true, true) if trace.last_pair().is_none() => {
            Some("not recorded: training and validation losses at the same step near the end")
        }
        (true, true) => None,
    }
}

/// Returns training skill − validation skill, at the last evaluation with both losses.
fn gap(trace: &Trace) -> Option<f64> {
    let (train, validation) = trace.last_pair()?;
    let skill = 1.0 - trace.data.left(train.loss.0);
    Some(skill - (1.0 - trace.data.validation_left(validation.loss.0)?))
}

/// Returns the epoch of the lowest validation loss, and its rise since then as a fraction of the best
/// constant's loss.
fn rise(case: &Case) -> Option<(u64, f64)> {
    let losses = || {
        case.trace
            .validation_losses()
            .filter(|(_, loss)| !loss.is_nan())
    };
    let (step, lowest) = losses().min_by(|a, b| a.1.total_cmp(&b.1))?;
    let (_, last) = losses().last()?;
    Some((
        case.trace.epoch_of(step),
        (last - lowest) / case.trace.data.validation_learnable()?,
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testkit::sound::SyntheticRun;

    #[test]
    fn a_gap_between_training_and_validation_rows_is_found_with_its_epoch() {
        let mut run = SyntheticRun::sound()
            .with_losses(&[1.0, 0.3, 0.1])
            .with_validation(&[1.0, 0.4, 0.6]);
        let finding = run.detect(detect).unwrap();
        assert!((finding.evidence[0].value - 0.2).abs() < 1e-9);
        assert!((finding.evidence[1].value - 0.5).abs() < 1e-9);
        assert_eq!(finding.evidence[0].epoch, Some(1));
        run = run.with_validation(&[1.0, 0.4, 0.5]);
        assert!(run.detect(detect).is_err(), "other rows differ that much");
    }

    #[test]
    fn losses_at_other_steps_are_compared_where_both_are_measured_or_not_at_all() {
        let losses = || {
            SyntheticRun::sound()
                .with_losses(&[1.0, 0.3, 0.2, 0.1, 0.1])
                .with_validation(&[1.0, 0.4, 0.5, 0.6, 0.6])
        };
        // The last evaluation has one of the losses, and the one before it has both.
        let mut run = losses();
        run.trace.evaluations[4].validation = None;
        assert_eq!(run.detect(detect).unwrap().evidence[0].epoch, Some(1));
        let mut run = losses();
        run.trace.evaluations[4].train = None;
        run.trace.evaluations[3].train.as_mut().unwrap().loss.0 = 0.12;
        let gap = run.detect(detect).unwrap().evidence[1].value;
        assert!((gap - 0.48).abs() < 1e-9);
        // Both are measured after the last evaluation with both.
        run.trace.evaluations[3].validation = None;
        assert!(run.detect(detect).unwrap_err().contains("at the same step"));
        let diagnosis = run.diagnose();
        assert_eq!(diagnosis.code, Code::Healthy);
        assert!(diagnosis.rejected[0].abstains);
        let mut run = losses();
        run.trace.data.constant_validation_loss = None;
        assert!(run.detect(detect).unwrap_err().contains("best constant"));
        assert!(run.diagnose().rejected[0].abstains);
    }

    #[test]
    fn a_run_without_epochs_is_described_by_steps() {
        let mut run = SyntheticRun::sound()
            .with_losses(&[1.0, 0.3, 0.1])
            .with_validation(&[1.0, 0.4, 0.6]);
        run.trace.steps_per_epoch = None;
        let finding = run.detect(detect).unwrap();
        assert!(finding.sentence.contains("since step 600 the validation"));
        assert_eq!(finding.evidence[0].epoch, Some(600));
    }

    #[test]
    fn a_negative_validation_skill_is_overfit_without_a_rise() {
        let run = SyntheticRun::sound().with_losses(&[1.0, 0.3, 0.1]);
        let run = run.with_validation(&[1.0, 1.01, 1.02]);
        let finding = run.detect(detect).unwrap();
        assert!((finding.evidence[0].value + 0.02).abs() < 1e-9);
    }
}
