//! It learned the training rows, and what holds for them only.

use super::{Rule, Verdict};
use crate::diagnose::Code;
use crate::diagnose::case::Case;
use crate::diagnose::finding::{Finding, Threshold};
use crate::number::number;

const GAP: Threshold = Threshold {
    quantity: "skill on the training rows less skill on the validation rows, at the end",
    value: 0.15,
    healthy: (-0.1, 0.1),
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
    thresholds: &[GAP],
};

pub fn look(case: &Case) -> Verdict {
    let Some(validation) = case.trace.validation_skill() else {
        return Err(
            "it has no validation rows that could be worse than the training rows".to_owned(),
        );
    };
    let gap = case.gate.skill - validation;
    let words = format!(
        "its skill is {} on the training rows and {} on the validation rows",
        number(case.gate.skill),
        number(validation)
    );
    if !GAP.is_below(gap) {
        return Err(words);
    }
    Ok(Finding {
        code: RULE.code,
        evidence: vec![GAP.against(gap).from_epoch(turn(case))],
        sentence: words,
    })
}

/// The epoch of the lowest validation loss: from there on it got worse.
fn turn(case: &Case) -> Option<u64> {
    let looks = case.trace.risks.iter();
    let losses = looks.filter_map(|point| Some((point.epoch, point.validation?.loss.0)));
    let lowest = losses.min_by(|a, b| a.1.total_cmp(&b.1));
    lowest.map(|(epoch, _)| epoch)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::diagnose::tests::Run;

    #[test]
    fn a_gap_between_the_rows_is_told_with_its_epoch() {
        let mut run = Run::sound()
            .with_losses(&[1.0, 0.3, 0.1])
            .with_validation(&[1.0, 0.4, 0.6]);
        let finding = run.look(look).unwrap();
        assert!((finding.evidence[0].value - 0.5).abs() < 1e-9);
        assert_eq!(finding.evidence[0].epoch, Some(1));
        run = run.with_validation(&[1.0, 0.3, 0.2]);
        assert!(run.look(look).is_err());
    }
}
