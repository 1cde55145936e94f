//! Stuck where others get on from.

use super::{Rule, Verdict};
use crate::diagnose::Code;
use crate::diagnose::case::{Case, entries};
use crate::diagnose::finding::{Finding, Side, Threshold};
use crate::diagnose::gate::LEARNED;
use crate::number::number;

const DOWNHILL: Threshold = Threshold {
    quantity: "highest rise of the loss above the lowest before it, as a share of the best constant's",
    side: Side::Below,
    value: 0.1,
    healthy: (0.06, 1.0),
    why: "a weight that rolls into a hollow goes down all the way, but for the noise of its gradient, \
          which made it rise by 0.002 at most; what was thrown over a ridge had risen by 3 at least",
};

const STILL: Threshold = Threshold {
    quantity: "fall of the loss over the last tenth of the steps, as a share of the best constant's",
    side: Side::Below,
    value: 0.03,
    healthy: (-0.01, 0.005),
    why: "what lay in a hollow fell by 0.01 at most, what still rolled, and did not crawl, by 0.27 at \
          least",
};

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
    thresholds: &[DOWNHILL, STILL, REST, CALM],
};

/// Whether a single weight has rolled into a hollow and lies there. Its risk is drawn whole, so that it
/// needs no witness; and its own size says nothing of how far one hollow is from the next.
pub fn hollow(case: &Case) -> Verdict {
    if !case.is_one_weight() || case.gate.is_passed() {
        return Err("it is no single weight in a hollow".to_owned());
    }
    let (rise, fall) = (rise(case), last_fall(case));
    if !(DOWNHILL.is_crossed(rise) && STILL.is_crossed(fall)) {
        return Err(format!(
            "it did not roll into a hollow and stay there: its loss rose by {} of the best constant's \
             on its way, and fell by {} over the last tenth of the steps",
            number(rise),
            number(fall)
        ));
    }
    Ok(Finding {
        code: RULE.code,
        evidence: vec![STILL.against(fall), DOWNHILL.against(rise)],
        sentence: format!(
            "its weight rolled downhill into the hollow where it lies, at a skill of {}",
            number(case.gate.skill)
        ),
    })
}

/// Whether a network came to rest where another seed, or momentum, gets on from.
pub fn look(case: &Case) -> Verdict {
    if case.gate.is_passed() {
        return Err("it got as far as others do".to_owned());
    }
    if case.is_one_weight() {
        return Err("it does not lie in a hollow".to_owned());
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

/// The skill of the same cell that got on, and how.
fn rescued(case: &Case) -> Option<(f64, &'static str)> {
    let learned = |skill: &f64| *skill >= case.gate.bar();
    let seeds = case.context.other_seeds.iter().copied();
    let best = seeds.filter(learned).max_by(f64::total_cmp);
    let momentum = case.context.with_momentum.filter(learned);
    momentum
        .map(|skill| (skill, "the same cell with momentum or Adam"))
        .or(best.map(|skill| (skill, "another seed")))
}

/// How far the loss ever rose above the lowest before it, as a share of L₀.
fn rise(case: &Case) -> f64 {
    let curve = entries(&case.trace.curve.values);
    let start = (case.first_loss(), 0.0_f64);
    let (_, rise) = curve.fold(start, |(lowest, rise), loss| {
        (loss.min(lowest), rise.max(loss - lowest))
    });
    rise / case.learnable()
}

/// How far it fell over the last tenth of the looks at the exact loss, as a share of L₀.
fn last_fall(case: &Case) -> f64 {
    let risks = &case.trace.risks;
    let tenth = risks.len().div_ceil(10);
    let before = risks.iter().rev().nth(tenth);
    let before = before.map_or(f64::NAN, |point| point.train.loss.0);
    (before - case.last_loss()) / case.learnable()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::spec::settings::{Model, OneWeightRisk};
    use crate::testkit::sound::Run;

    fn weight(losses: &[f64]) -> Run {
        let mut run = Run::sound().with_losses(losses);
        run.settings.model = Model::Risk(OneWeightRisk::Ripples);
        run
    }

    #[test]
    fn a_weight_that_rolls_into_a_hollow_needs_no_witness_and_no_small_steps() {
        // Half of its way lies in the second half.
        let mut run = weight(&[9.0, 8.0, 6.0, 1.01, 1.0, 1.0]);
        run.trace.layers[0].update_ratio = crate::testkit::sound::column(&[0.3, 1e-4]);
        assert!(run.look(hollow).is_ok() && run.look(look).is_err());
        let finding = run.diagnose().finding;
        assert_eq!(
            (finding.code, finding.evidence[0].value),
            (Code::LocalMinimum, 0.0)
        );
    }

    #[test]
    fn a_weight_that_is_thrown_or_still_rolls_or_is_a_network_lies_in_no_hollow() {
        assert!(weight(&[9.0, 3.0, 7.0, 1.0, 1.0]).look(hollow).is_err());
        assert!(weight(&[9.0, 8.0, 6.0, 4.0, 2.0]).look(hollow).is_err());
        assert!(weight(&[9.0, 3.0, 0.1, 0.1, 0.1]).look(hollow).is_err());
        let network = Run::sound().with_losses(&[9.0, 3.0, 1.0, 1.0]);
        assert!(network.look(hollow).is_err());
    }

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
