//! It learned the training rows, and what holds for them only.

use super::{Rule, Verdict};
use crate::diagnose::Code;
use crate::diagnose::case::Case;
use crate::diagnose::finding::{Finding, Side, Threshold};
use crate::diagnose::gate::HELD_OUT;
use crate::number::number;

const RISE: Threshold = Threshold {
    quantity: "rise of the validation loss from its lowest to the end, as a share of the best constant's",
    side: Side::Above,
    value: 0.15,
    healthy: (0.0, 0.11),
    why: "as much as a run may lack that is taken to have learned; of few and noisy rows, other rows \
          differ by more than that however soon it is stopped",
};

const GAP: Threshold = Threshold {
    quantity: "skill on the training rows less skill on the validation rows, at the end",
    side: Side::Above,
    value: 0.15,
    healthy: (-0.02, 0.3),
    why: "as much as may be lacking to the best known skill",
};

pub const RULE: Rule = Rule {
    code: Code::Overfit,
    title: "It has learned its rows by heart",
    meaning: "What it says of rows that it was trained on is right, and of others it is not.",
    cause: "A network with many weights can follow the noise of few rows. Adam tends to fit the \
            training data more aggressively than SGD, which can lead to overfitting.",
    section: "8) Stuck in a local minimum (Adam vs. SGD)",
    signs: "The validation curve turns up while the training curve still falls.",
    remedies: &[
        "stop early: patience on the validation loss",
        "use SGD in place of Adam",
        "use weight decay",
        "use a smaller network, or more rows",
    ],
    thresholds: &[RISE, HELD_OUT, GAP],
};

pub fn look(case: &Case) -> Verdict {
    let Some(validation) = case.trace.validation_skill() else {
        return Err(
            "it has no validation rows that could be worse than the training rows".to_owned(),
        );
    };
    let (epoch, rise) = rise(case).unwrap_or((0, f64::NAN));
    let gap = case.gate.skill - validation;
    let words = format!(
        "its skill is {} on the training rows and {} on the validation rows, whose loss rose by {} of \
         the best constant's since epoch {epoch}",
        number(case.gate.skill),
        number(validation),
        number(rise)
    );
    // What never held for other rows need not have risen.
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

/// The epoch of the lowest validation loss, and how far it has risen from there.
fn rise(case: &Case) -> Option<(u64, f64)> {
    let looks = case.trace.risks.iter();
    let mut losses = looks.filter_map(|point| Some((point.epoch, point.validation?.loss.0)));
    let (epoch, lowest) = losses.clone().min_by(|a, b| a.1.total_cmp(&b.1))?;
    let (_, last) = losses.next_back()?;
    Some((
        epoch,
        (last - lowest) / case.trace.data.validation_learnable()?,
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testkit::sound::Run;

    #[test]
    fn a_gap_between_the_rows_is_told_with_its_epoch() {
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
    fn what_never_held_for_other_rows_is_overfit_without_a_rise() {
        let run = Run::sound().with_losses(&[1.0, 0.3, 0.1]);
        let run = run.with_validation(&[1.0, 1.01, 1.02]);
        let finding = run.look(look).unwrap();
        assert!((finding.evidence[0].value + 0.02).abs() < 1e-9);
    }
}
