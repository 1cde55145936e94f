//! What holds of all rules together.
#![allow(clippy::unwrap_used)]

use super::rules::CAUSES;
use super::*;
use crate::testkit::sound::SyntheticRun;
use crate::trace::{Outcome, Real, Trace, Trajectory};

#[test]
fn no_rule_matches_a_sound_run() {
    let diagnosis = SyntheticRun::sound().diagnose();
    assert_eq!(diagnosis.code, Code::Healthy);
    assert_eq!(diagnosis.notes, []);
    for (code, detect, _) in CAUSES {
        assert!(SyntheticRun::sound().detect(*detect).is_err(), "{code}");
    }
}

#[test]
fn a_pruned_run_is_not_diagnosed_with_causes_that_show_at_the_end() {
    let mut run = SyntheticRun::sound().with_losses(&[1.0, 0.9, 0.8, 0.7, 0.6]);
    assert_eq!(run.diagnose().code, Code::Undertrained);
    run.trace.outcome = Outcome::Pruned { step: 30 };
    run.trace.steps = 30;
    let diagnosis = run.diagnose();
    assert_eq!(diagnosis.code, Code::Unclear);
    assert_eq!(diagnosis.notes, []);
    assert!(diagnosis.finding.sentence.contains("pruned"));
}

/// Returns the causes that could not be checked.
fn abstaining(diagnosis: &Diagnosis) -> Vec<Code> {
    let all = diagnosis.rejected.iter().filter(|other| other.abstains);
    all.map(|other| other.code).collect()
}

/// Returns a run that failed without a cause.
fn failing() -> SyntheticRun {
    SyntheticRun::sound().with_losses(&[1.0, 0.61, 0.6, 0.6, 0.6])
}

/// Returns the trace of a failing run, with words and scales as a program records them.
fn recorded() -> Trace {
    let mut trace = failing().with_features(1.0, 1.0, 0.0).trace;
    trace.loss = Some("mse".to_owned());
    trace.optimizer = Some("sgd".to_owned());
    for layer in &mut trace.layers {
        layer.activation = Some("relu".to_owned());
        layer.gain = Some(Real(2.0));
        layer.normalization = Some("none".to_owned());
    }
    trace.layers[3].activation = Some("linear".to_owned());
    trace
}

/// Returns the causes that could not be checked for a trace.
fn unchecked(trace: &Trace) -> Vec<Code> {
    abstaining(&diagnose(trace, &Context::default()))
}

#[test]
fn a_word_that_no_rule_knows_is_no_evidence() {
    let unchecked_with = |edit: fn(&mut Trace)| {
        let mut trace = recorded();
        edit(&mut trace);
        unchecked(&trace)
    };
    let word = |word: &str| Some(word.to_owned());
    assert_eq!(unchecked(&recorded()), []);
    let mut mish = recorded();
    mish.layers[0].activation = word("mish");
    // The other layers show that the network is not linear.
    assert_eq!(unchecked(&mish), []);
    mish.layers[1].activation = word("mish");
    mish.layers[2].activation = word("linear");
    assert_eq!(unchecked(&mish), [Code::SaturatedHidden, Code::TooShallow]);
    assert_eq!(
        unchecked_with(|trace| trace.layers[1].normalization = Some("group".to_owned())),
        [Code::InitTooLarge, Code::InitTooSmall]
    );
    assert_eq!(
        unchecked_with(|trace| trace.input_normalization = Some("group".to_owned())),
        [Code::SaturatedHidden, Code::IllConditioned]
    );
    let mut output = recorded();
    output.loss = word("focal");
    assert_eq!(unchecked(&output), []);
    output.layers[3].activation = word("sigmoid");
    assert_eq!(unchecked(&output), [Code::SaturatedOutput]);
    output.loss = word("mse");
    assert_eq!(unchecked(&output), []);
    output.layers[3].saturated.clear();
    assert_eq!(unchecked(&output), [Code::SaturatedOutput]);
    // An unknown optimizer is one that makes steps.
    assert_eq!(
        unchecked_with(|trace| trace.optimizer = Some("lion".to_owned())),
        []
    );
}

#[test]
fn evidence_that_a_run_cannot_have_is_not_missing() {
    // A one-weight model has no rows, and a layer without a word.
    let mut weight = failing().trace;
    weight.data.train_rows = 0;
    weight.layers.truncate(1);
    let layer = &mut weight.layers[0];
    (layer.inputs, layer.outputs) = (1, 1);
    layer.saturated.clear();
    assert_eq!(unchecked(&weight), []);
    weight.layers[0].update_ratio.clear();
    assert!(unchecked(&weight).contains(&Code::LearningRateTooLow));
    // A network without hidden layers.
    let mut linear = recorded();
    linear.layers = linear.layers.split_off(3);
    let layer = &mut linear.layers[0];
    for (name, column) in layer.columns_mut() {
        if name != "update_ratio" {
            column.clear();
        }
    }
    assert_eq!(unchecked(&linear), []);
    linear.data.scales = None;
    assert_eq!(unchecked(&linear), [Code::IllConditioned]);
    // A solver.
    let mut solved = recorded();
    solved.layers = solved.layers.split_off(3);
    for (_, column) in solved.layers[0].columns_mut() {
        column.clear();
    }
    solved.snapshots.clear();
    solved.optimizer = Some("gd".to_owned());
    assert!(unchecked(&solved).contains(&Code::LearningRateTooLow));
    solved.trajectory = Some(Trajectory::default());
    assert_eq!(unchecked(&solved), []);
    let diagnosis = diagnose(&solved, &Context::default());
    let low = |other: &&Rejected| other.code == Code::LearningRateTooLow;
    let low = diagnosis.rejected.iter().find(low).unwrap();
    assert_eq!(low.why, "a solver made the updates");
}

#[test]
fn parts_that_a_trace_leaves_out_are_not_taken_for_zeros() {
    // Widths that are not recorded.
    let mut trace = recorded();
    for layer in &mut trace.layers {
        (layer.inputs, layer.outputs) = (0, 0);
    }
    assert_eq!(
        unchecked(&trace),
        [Code::InitTooLarge, Code::InitTooSmall, Code::TooShallow]
    );
    // Scales and differences of neurons that are NaN.
    let mut trace = recorded();
    trace.data.scales.as_mut().unwrap().lowest_sd = Real(f64::NAN);
    assert_eq!(
        unchecked(&trace),
        [Code::SaturatedHidden, Code::IllConditioned]
    );
    let mut trace = recorded();
    trace.layers[0].neuron_spread = Some(Real(f64::NAN));
    assert_eq!(unchecked(&trace), []);
    for layer in &mut trace.layers {
        layer.neuron_spread = Some(Real(f64::NAN));
    }
    assert_eq!(unchecked(&trace), [Code::SymmetricInit]);
    // Constant features are recorded as zeros, and are known.
    let trace = failing().with_features(0.0, 0.0, 0.0);
    assert_eq!(abstaining(&trace.diagnose()), []);
}

#[test]
fn rules_without_their_evidence_abstain_and_say_so() {
    // Everything is recorded.
    assert_eq!(
        abstaining(&failing().with_features(1.0, 1.0, 0.0).diagnose()),
        []
    );
    // Losses alone.
    let mut run = failing();
    run.trace.layers.clear();
    run.trace.snapshots.clear();
    let diagnosis = run.diagnose();
    assert_eq!(diagnosis.code, Code::Unclear);
    let abstained = abstaining(&diagnosis);
    for (code, _, needs) in CAUSES {
        let is_of_losses = needs.iter().all(|need| *need == Need::Losses);
        assert!(is_of_losses || abstained.contains(code), "{code}");
    }
    let why = |code: Code| {
        let other = diagnosis.rejected.iter().find(|other| other.code == code);
        other.unwrap().why.as_str()
    };
    assert_eq!(
        why(Code::SymmetricInit),
        "not recorded: differences between neurons"
    );
    // Rules that need less still match.
    let mut run = SyntheticRun::sound().with_losses(&[1.0, 0.9, 0.8, 0.7, 0.6]);
    run.trace.layers.clear();
    assert_eq!(run.diagnose().code, Code::Undertrained);
    // Columns that are missing, but for one.
    let mut run = failing().with_features(1.0, 1.0, 0.0);
    run.hidden()[1].dead.clear();
    let dead = [Code::DeadRelu, Code::LearningRateTooHigh];
    assert!(
        abstaining(&run.diagnose())
            .iter()
            .all(|code| dead.contains(code))
    );
    assert_eq!(abstaining(&run.diagnose()).len(), 2);
}

#[test]
fn without_a_skill_only_a_run_that_diverged_has_a_cause() {
    let mut run = SyntheticRun::sound().with_losses(&[1.0, 0.9, 0.8, 0.7, 0.6]);
    run.trace.data.constant_train_loss = Real(f64::NAN);
    let diagnosis = run.diagnose();
    assert_eq!(diagnosis.code, Code::Unclear);
    assert!(
        diagnosis
            .finding
            .sentence
            .starts_with("not recorded: the loss of the best constant")
    );
    run.trace.evaluations.clear();
    assert_eq!(run.diagnose().code, Code::Unclear);
    run.trace.outcome = Outcome::Diverged { step: 3 };
    assert_eq!(run.diagnose().code, Code::LearningRateTooHigh);
}

#[test]
fn values_that_are_not_finite_match_no_rule_but_divergence() {
    let nan = [f64::NAN; 3];
    let mut run = SyntheticRun::sound()
        .with_losses(&nan)
        .with_validation(&nan)
        .with_features(f64::NAN, f64::NAN, f64::NAN);
    for layer in &mut run.trace.layers {
        for (_, column) in layer.columns_mut() {
            column.iter_mut().for_each(|value| *value = Real(f64::NAN));
        }
    }
    for (code, detect, _) in CAUSES {
        assert!(run.detect(*detect).is_err(), "{code}");
    }
    assert_eq!(run.diagnose().code, Code::Unclear);
    run.trace.outcome = Outcome::Diverged { step: 0 };
    assert_eq!(run.diagnose().code, Code::LearningRateTooHigh);
}

#[test]
fn the_first_cause_is_the_root_and_the_others_are_its_notes() {
    let run = SyntheticRun::sound()
        .with_losses(&[9.0, 50.0, 100.0])
        .with_kappa(8.0);
    let diagnosis = run.diagnose();
    assert_eq!(diagnosis.code, Code::InitTooLarge);
    assert_eq!(diagnosis.notes[0].code, Code::LearningRateTooHigh);
    let rejected: Vec<Code> = diagnosis.rejected.iter().map(|other| other.code).collect();
    assert!(rejected.contains(&Code::TooShallow));
    let found = [Code::InitTooLarge, Code::LearningRateTooHigh];
    assert!(!rejected.iter().any(|code| found.contains(code)));
}

#[test]
fn symptoms_of_a_run_that_learned_are_notes() {
    let run = SyntheticRun::sound().with_kappa(8.0);
    let diagnosis = run.diagnose();
    assert_eq!(
        (diagnosis.code, diagnosis.notes[0].code),
        (Code::Healthy, Code::InitTooLarge)
    );
}

#[test]
fn a_failed_run_without_a_cause_is_unclear_and_lists_what_is_ruled_out() {
    let mut run = SyntheticRun::sound().with_losses(&[1.0, 0.61, 0.6, 0.6, 0.6]);
    run.trace.data.linear_train_loss = Some(Real(0.3));
    let diagnosis = run.diagnose();
    assert_eq!(diagnosis.code, Code::Unclear);
    assert!(
        diagnosis
            .finding
            .sentence
            .contains("even the best linear model reaches 0.7")
    );
    assert_eq!(diagnosis.rejected.len(), Code::ALL.len() - 3);
}

#[test]
fn a_run_that_did_not_finish_is_unclear() {
    let mut run = SyntheticRun::sound();
    run.trace.outcome = Outcome::TimedOut { step: 3 };
    assert_eq!(run.diagnose().code, Code::Unclear);
}

#[test]
fn every_code_has_a_rule_and_a_name() {
    for code in Code::ALL {
        assert_eq!((rule(code).code, Code::of(code.name())), (code, Some(code)));
    }
}

#[test]
fn a_run_that_learned_nothing_is_not_healthy_however_little_others_learned() {
    let known = |best: f64, losses: &[f64]| {
        let mut run = SyntheticRun::sound().with_losses(losses);
        run.context.best_skill = Some(best);
        run
    };
    // As good as any other run, with almost no skill.
    let run = known(0.05, &[1.0, 0.96, 0.95, 0.95, 0.95]);
    let diagnosis = run.diagnose();
    assert_eq!(diagnosis.code, Code::Unclear);
    assert!((diagnosis.finding.evidence[0].value - 0.05).abs() < 1e-9);
    let run = known(0.11, &[1.0, 0.89, 0.89, 0.89, 0.89]);
    assert_eq!(run.diagnose().code, Code::Healthy);
    // Worse than a constant on the rows that were held out.
    let mut run = known(0.11, &[1.0, 0.89, 0.89, 0.89, 0.89]);
    run = run.with_validation(&[1.0, 1.0, 1.0, 1.01, 1.01]);
    let diagnosis = run.diagnose();
    assert_eq!(diagnosis.code, Code::Unclear);
    assert!((diagnosis.finding.evidence[0].value + 0.01).abs() < 1e-9);
    // A cause that matches is named.
    let run = known(0.05, &[1.0, 0.96, 0.95, 0.95, 0.95]).with_kappa(8.0);
    assert_eq!(run.diagnose().code, Code::InitTooLarge);
    // A run that fits only its training rows has memorized them.
    let run = SyntheticRun::sound().with_validation(&[1.0, 1.01, 1.02, 1.02, 1.02]);
    assert_eq!(run.diagnose().code, Code::Overfit);
}
