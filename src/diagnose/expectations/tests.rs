#![allow(clippy::unwrap_used)]
use super::*;
use crate::codes::{Code, OutcomeName};
use crate::config::{Bounds, Condition, ExpectationCheck, Quantity, Selector, Value, Values};
use crate::diagnose::{Diagnosis, Finding, diagnose_all};
use crate::testkit::results::{diverged, failed, finished, results, trace};
use crate::trace::Outcome;

/// The verdict on the cells with this learning rate, for a file with five seeds.
fn judged(
    results: &Results,
    lr: f64,
    seeds: Option<usize>,
    check: ExpectationCheck,
) -> (Status, String) {
    judged_with(results, &diagnose_all(results), lr, seeds, check)
}

/// The same with these diagnoses.
fn judged_with(
    results: &Results,
    diagnoses: &[CellDiagnosis],
    lr: f64,
    seeds: Option<usize>,
    check: ExpectationCheck,
) -> (Status, String) {
    judged_all(results, diagnoses, lr, seeds, vec![check])
}

/// The same for several checks.
fn judged_all(
    results: &Results,
    diagnoses: &[CellDiagnosis],
    lr: f64,
    seeds: Option<usize>,
    checks: Vec<ExpectationCheck>,
) -> (Status, String) {
    let within = Condition::OneOf(vec![Value::Number(lr)]);
    let sweep = Sweep {
        path: "lr.toml".into(),
        text: String::new(),
        title: String::new(),
        about: String::new(),
        seeds: vec![],
        file_seeds: 5,
        base: Values::default(),
        axes: vec![],
        exclude: vec![],
        expectations: vec![Expectation {
            name: "name".to_owned(),
            line: 7,
            selector: Selector(vec![("lr".to_owned(), within)]),
            seeds,
            checks,
        }],
        ..Sweep::default()
    };
    let verdict = verdicts(&sweep, results, diagnoses, &[]).pop().unwrap();
    (verdict.status, verdict.sentence)
}

fn below(bound: f64) -> ExpectationCheck {
    let quantity = Quantity::TrainLoss;
    let below = Some(bound);
    let bounds = Bounds {
        below,
        ..Bounds::default()
    };
    ExpectationCheck::Bound { quantity, bounds }
}

fn above(quantity: Quantity, bound: f64) -> ExpectationCheck {
    let above = Some(bound);
    let bounds = Bounds {
        above,
        ..Bounds::default()
    };
    ExpectationCheck::Bound { quantity, bounds }
}

#[test]
fn the_sentence_has_measured_values_expected_values_and_required_seeds() {
    let losses = [0.01, 0.02, 0.31, 0.3512, 0.4].map(finished);
    let results = results(vec![(0.1, losses.to_vec())]);
    let (status, sentence) = judged(&results, 0.1, Some(4), below(0.05));
    assert_eq!(status, Status::Fail);
    assert_eq!(
        sentence,
        "train_loss is 0.31 (median of 5 seeds, highest 0.4), expected below 0.05; \
         2 of 5 seeds pass, 4 required"
    );
    let (status, sentence) = judged(&results, 0.1, Some(2), below(0.05));
    assert_eq!(status, Status::Pass, "{sentence}");
}

#[test]
fn incomplete_runs_make_a_verdict_inconclusive_only_if_they_could_decide_it() {
    let with = |open| results(vec![(0.1, vec![finished(0.01), finished(0.3), open])]);
    for open in [None, failed(), trace(Outcome::TimedOut { step: 3 }, 0.01)] {
        let results = with(open);
        let of_five = |k| judged(&results, 0.1, Some(k), below(0.05)).0;
        // Of three seeds: ⌈3k/5⌉ wanted.
        assert_eq!(of_five(1), Status::Pass);
        assert_eq!(of_five(2), Status::Inconclusive);
        assert_eq!(of_five(5), Status::Fail);
    }
    let (_, sentence) = judged(&with(None), 0.1, Some(2), below(0.05));
    assert_eq!(
        sentence,
        "train_loss is 0.155 (median of 2 seeds, highest 0.3), expected below 0.05; \
         1 run is undecided: not trained; 1 of 3 seeds passes, 2 required"
    );
}

#[test]
fn a_crashed_run_decides_an_outcome_but_a_missing_one_does_not() {
    let outcome = |names: &[&str]| {
        ExpectationCheck::Outcome(names.iter().map(|n| OutcomeName::of(n).unwrap()).collect())
    };
    let of = |run| results(vec![(0.1, vec![run])]);
    let status = |run, names: &[&str]| judged(&of(run), 0.1, None, outcome(names)).0;
    assert_eq!(status(failed(), &["crashed"]), Status::Pass);
    assert_eq!(status(failed(), &["finished", "diverged"]), Status::Fail);
    assert_eq!(status(None, &["crashed"]), Status::Inconclusive);
}

#[test]
fn the_sentence_of_an_outcome_counts_its_seeds() {
    let runs = vec![finished(0.1), diverged(), diverged(), None];
    let results = results(vec![(0.1, runs)]);
    let check = ExpectationCheck::Outcome(vec![OutcomeName::Finished]);
    let (status, sentence) = judged(&results, 0.1, None, check);
    assert_eq!(status, Status::Fail);
    assert_eq!(
        sentence,
        "outcome is diverged in 2 of 4 seeds and finished in 1, expected finished; \
         1 of 4 seeds passes, 4 required"
    );
}

/// A cell with these diagnoses of its runs.
fn called(codes: &[Option<Code>]) -> Vec<CellDiagnosis> {
    let diagnosis = |code: Code| Diagnosis {
        code,
        finding: Finding {
            code,
            evidence: vec![],
            sentence: String::new(),
        },
        rejected: vec![],
        notes: vec![],
    };
    let runs = codes.iter().map(|code| code.map(diagnosis)).collect();
    vec![CellDiagnosis {
        runs,
        stopped: false,
    }]
}

#[test]
fn the_sentence_of_a_diagnosis_names_the_seeds_that_differ() {
    let (vanishing, dead) = (Some(Code::VanishingGradients), Some(Code::DeadRelu));
    let results = results(vec![(0.1, vec![finished(0.9); 5])]);
    let called = called(&[vanishing, vanishing, vanishing, dead, vanishing]);
    let judged = |seeds, wanted: &[Code]| {
        let check = ExpectationCheck::Diagnosis(wanted.to_vec());
        judged_with(&results, &called, 0.1, seeds, check)
    };
    let (status, sentence) = judged(None, &[Code::VanishingGradients]);
    assert_eq!(status, Status::Fail);
    assert_eq!(
        sentence,
        "diagnosis is vanishing-gradients in 4 of 5 seeds and dead-relu in seed 3, \
         expected vanishing-gradients; 4 of 5 seeds pass, 5 required"
    );
    let (status, _) = judged(Some(4), &[Code::VanishingGradients]);
    assert_eq!(status, Status::Pass);
    let (status, sentence) = judged(None, &[Code::DeadRelu, Code::VanishingGradients]);
    assert_eq!(status, Status::Pass);
    assert!(
        sentence.ends_with("expected dead-relu or vanishing-gradients; 5 of 5 seeds pass"),
        "{sentence}"
    );
}

#[test]
fn incomplete_runs_have_no_diagnosis() {
    let healthy = || ExpectationCheck::Diagnosis(vec![Code::Healthy]);
    for (open, code) in [(None, None), (failed(), Some(Code::Unclear))] {
        let results = results(vec![(0.1, vec![finished(0.01), open])]);
        let called = called(&[Some(Code::Healthy), code]);
        let judged = |k| judged_with(&results, &called, 0.1, Some(k), healthy()).0;
        // Of two seeds: ⌈2k/5⌉ wanted.
        assert_eq!(judged(2), Status::Pass);
        assert_eq!(judged(5), Status::Inconclusive);
    }
}

#[test]
fn a_diverged_run_has_infinite_loss_for_any_last_value() {
    let results = results(vec![(0.1, vec![diverged()])]);
    let status = |check| judged(&results, 0.1, None, check).0;
    assert_eq!(status(below(0.5)), Status::Fail);
    assert_eq!(status(above(Quantity::TrainLoss, 0.5)), Status::Pass);
    assert_eq!(status(above(Quantity::Skill, 0.0)), Status::Fail);
    let (_, sentence) = judged(&results, 0.1, None, below(0.5));
    assert!(
        sentence.starts_with("train_loss is ∞, expected below 0.5"),
        "{sentence}"
    );
}

#[test]
fn a_missing_quantity_is_inconclusive_with_the_reason() {
    let results = results(vec![(0.1, vec![finished(0.1)])]);
    for (quantity, why) in [
        (Quantity::ValidationLoss, "no validation rows"),
        (Quantity::SkillGap, "no validation rows"),
        (Quantity::TestAccuracy, "no test rows"),
        (Quantity::TrainAccuracy, "classification"),
    ] {
        let (status, sentence) = judged(&results, 0.1, None, above(quantity, 0.0));
        assert_eq!(status, Status::Inconclusive);
        assert!(sentence.contains(why), "{sentence}");
    }
}

#[test]
fn better_than_compares_seed_by_seed_and_infinite_values_are_worst() {
    let better = || ExpectationCheck::BetterThan {
        other: vec![("lr".to_owned(), Value::Number(0.2))],
        quantity: Quantity::TrainLoss,
    };
    let status = |own, other| {
        let results = results(vec![(0.1, own), (0.2, other)]);
        judged(&results, 0.1, None, better()).0
    };
    let two = |a, b| vec![finished(a), finished(b)];
    // Each is better than its own pair, but not than the other's.
    assert_eq!(status(two(0.1, 0.5), two(0.2, 0.6)), Status::Pass);
    assert_eq!(status(two(0.1, 0.5), two(0.2, 0.4)), Status::Fail);
    assert_eq!(
        status(two(0.1, 9.0), vec![finished(0.2), diverged()]),
        Status::Pass
    );
    assert_eq!(status(vec![diverged()], vec![diverged()]), Status::Fail);
    assert_eq!(
        status(vec![finished(0.1)], vec![failed()]),
        Status::Inconclusive
    );
    let (status, sentence) = judged(&results(vec![(0.1, two(0.1, 0.1))]), 0.1, None, better());
    assert_eq!(status, Status::Inconclusive);
    assert!(sentence.contains("no other cell"), "{sentence}");
}

#[test]
fn the_worst_cell_is_the_example() {
    let cells = vec![(0.1, vec![finished(0.01)]), (0.1, vec![finished(0.5)])];
    let (status, sentence) = judged(&results(cells), 0.1, None, below(0.05));
    assert_eq!(status, Status::Fail);
    assert_eq!(
        sentence,
        "1 of 2 cells fails, lr = 0.1: train_loss is 0.5, expected below 0.05; \
         0 of 1 seed passes, 1 required"
    );
    let cells = vec![(0.1, vec![finished(0.4)]), (0.1, vec![finished(0.5)])];
    let (_, sentence) = judged(&results(cells), 0.1, None, below(0.05));
    assert!(
        sentence.starts_with("both cells fail, for example lr = 0.1: train_loss is 0.4,"),
        "{sentence}"
    );
}

#[test]
fn a_failure_names_every_check_that_fails() {
    let results = results(vec![(0.1, vec![finished(0.31); 3])]);
    let called = called(&[Some(Code::Undertrained); 3]);
    let checks = vec![
        below(0.05),
        above(Quantity::TrainLoss, 0.0),
        ExpectationCheck::Diagnosis(vec![Code::Healthy]),
    ];
    let (status, sentence) = judged_all(&results, &called, 0.1, None, checks);
    assert_eq!(status, Status::Fail);
    assert_eq!(
        sentence,
        "train_loss is 0.31 in 3 seeds, expected below 0.05; diagnosis is undertrained in 3 of 3 seeds, \
         expected healthy; 0 of 3 seeds pass, 3 required"
    );
}
