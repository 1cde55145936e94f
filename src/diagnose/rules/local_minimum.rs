//! Stuck where others get on from.

use super::{Rule, Verdict};
use crate::diagnose::Code;
use crate::diagnose::case::Case;
use crate::diagnose::finding::{Finding, Side, Threshold};
use crate::diagnose::gate::LEARNED;
use crate::number::number;

const REST: Threshold = Threshold {
    quantity: "fall of the loss over the second half, as a share of the best constant's",
    side: Side::Below,
    value: 0.03,
    healthy: (-0.01, 0.11),
    why: "what still falls is not stuck",
};

const CALM: Threshold = Threshold {
    quantity: "largest RMS(Δw)/RMS(w) of a step, of all layers and moments",
    side: Side::Below,
    value: 0.1,
    healthy: (0.003, 25.0),
    why: "what took larger steps has not rolled to where it is: it was thrown there",
};

pub const RULE: Rule = Rule {
    code: Code::LocalMinimum,
    title: "Stuck in a local minimum",
    meaning: "The risk came to rest at a point from which every small step leads up, though there are \
              lower ones elsewhere. Other starts, or the same start with momentum, reach them.",
    cause: "The empirical risk is a non-convex function of many parameters, and SGD knows no more of it \
            than the slope where it stands. Small hollows hold it.",
    section: "8) Stuck in a local minimum",
    signs: "The training curve comes to rest on a plateau; the gradients are small; seeds end at \
            different losses.",
    remedies: &["use momentum 0.9", "use Adam", "start with another seed"],
    thresholds: &[REST, CALM],
};

pub fn look(case: &Case) -> Verdict {
    if case.gate.is_passed() {
        return Err("it got as far as others do".to_owned());
    }
    let fall = case.late_fall();
    if !REST.is_crossed(fall) {
        return Err(format!(
            "it is not at rest: its loss fell by {} of the best constant's over the second half",
            number(fall)
        ));
    }
    let step = case.largest_step();
    if !CALM.is_crossed(step) {
        return Err(format!(
            "it did not roll there: a step changed a layer's weights by {} of their size",
            number(step)
        ));
    }
    let Some((skill, who)) = rescued(case) else {
        return Err("no other seed, and no momentum, is known to get on from there".to_owned());
    };
    let evidence = vec![
        LEARNED.against(case.gate.skill / case.gate.best),
        REST.against(fall),
    ];
    Ok(Finding {
        code: RULE.code,
        evidence,
        sentence: format!(
            "it came to rest at a skill of {}, where {who} reached {}",
            number(case.gate.skill),
            number(skill)
        ),
    })
}

/// The skill of the same cell that got on, and how. A one-weight risk needs no witness: it is drawn
/// whole, and known to have hollows.
fn rescued(case: &Case) -> Option<(f64, &'static str)> {
    let learned = |skill: &f64| *skill >= case.gate.bar();
    let seeds = case.context.other_seeds.iter().copied();
    let best = seeds.filter(learned).max_by(f64::total_cmp);
    let momentum = case.context.with_momentum.filter(learned);
    let known = case.is_one_weight().then_some((1.0, "the global minimum"));
    momentum
        .map(|skill| (skill, "the same cell with momentum or Adam"))
        .or(best.map(|skill| (skill, "another seed")))
        .or(known)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::diagnose::tests::Run;

    #[test]
    fn a_plateau_that_momentum_or_another_seed_leaves_is_a_local_minimum() {
        let mut run = Run::sound().with_losses(&[1.0, 0.7, 0.6, 0.6, 0.6]);
        assert!(run.look(look).is_err());
        run.context.other_seeds = vec![0.1, 0.95];
        assert!(
            run.look(look)
                .unwrap()
                .sentence
                .contains("another seed reached 0.95")
        );
        run.context.with_momentum = Some(0.9);
        assert!(run.look(look).unwrap().sentence.contains("with momentum"));
    }

    #[test]
    fn a_run_that_learned_is_not_stuck_though_another_seed_learned_more() {
        let mut run = Run::sound();
        run.context.other_seeds = vec![0.99];
        assert!(run.look(look).unwrap_err().contains("as far as others"));
    }

    #[test]
    fn what_still_falls_or_has_no_better_sibling_is_not_stuck() {
        let mut run = Run::sound().with_losses(&[1.0, 0.9, 0.8, 0.7, 0.6]);
        run.context.with_momentum = Some(0.99);
        assert!(run.look(look).is_err());
        let mut run = Run::sound().with_losses(&[1.0, 0.7, 0.6, 0.6, 0.6]);
        run.context.other_seeds = vec![0.5, f64::NAN];
        assert!(run.look(look).is_err());
    }
}
