//! A synthetic healthy run that tests modify, and tests of all rules together.
#![allow(clippy::unwrap_used)]

use super::case::Case;
use super::rules::{CAUSES, Look, Verdict};
use super::*;
use crate::identity::canonical;
use crate::report::fixture;
use crate::spec::settings::{Model, Settings};
use crate::trace::{FeatureScales, Layer, Outcome, Real, Risk, RiskPoint};

/// A run: three hidden layers of ten ReLUs, 192 rows, 200 epochs of 6 steps.
pub struct Run {
    pub trace: Trace,
    pub settings: Settings,
    pub context: Context,
}

/// Returns a column of a layer.
pub fn column(values: &[f64]) -> Vec<Real> {
    values.iter().map(|value| Real(*value)).collect()
}

impl Run {
    pub fn sound() -> Run {
        let shape = fixture::Shape {
            rate: 0.1,
            floor: 0.01,
            epochs: 200,
            diverges: None,
            layers: 4,
            vanishing: 1.0,
            seed: 1,
        };
        let mut trace = fixture::trace(&shape);
        for layer in &mut trace.layers {
            layer.weight_rms = column(&[0.2_f64.sqrt(); 2]);
            layer.update_ratio = column(&[5e-3; 2]);
            for same in [
                &mut layer.activation_sd,
                &mut layer.activation_mean,
                &mut layer.row_sd,
                &mut layer.neuron_sd,
                &mut layer.delta_rms,
            ] {
                *same = column(&[0.5; 2]);
            }
            for none in [&mut layer.dead, &mut layer.saturated] {
                *none = column(&[0.0; 2]);
            }
        }
        trace.moments = vec![0, 1199];
        trace.steps = 1200;
        let model = Model::Mlp {
            hidden: vec![10; 3],
        };
        let run = Run {
            settings: fixture::settings(model),
            trace,
            context: Context::default(),
        };
        run.with_losses(&[1.0, 0.2, 0.06, 0.05, 0.05])
    }

    pub fn hidden(&mut self) -> &mut [Layer] {
        let all = self.trace.layers.len();
        &mut self.trace.layers[..all - 1]
    }

    pub fn output(&mut self) -> &mut Layer {
        self.trace.layers.last_mut().unwrap()
    }

    /// Sets the training losses, as multiples of the best constant's: before training, then one per epoch.
    pub fn with_losses(mut self, losses: &[f64]) -> Run {
        self.trace.data.constant_train_loss = Real(1.0);
        let point = |(epoch, loss): (usize, &f64)| RiskPoint {
            epoch: epoch as u64,
            train: risk(*loss),
            validation: None,
        };
        self.trace.risks = losses.iter().enumerate().map(point).collect();
        self.trace.curve.epochs = (1..losses.len() as u64).collect();
        self.trace.curve.values = column(&losses[1..]);
        self
    }

    /// Sets the validation losses in the same way.
    pub fn with_validation(mut self, losses: &[f64]) -> Run {
        self.trace.data.constant_validation_loss = Some(Real(1.0));
        for (point, loss) in self.trace.risks.iter_mut().zip(losses) {
            point.validation = Some(risk(*loss));
        }
        self
    }

    pub fn with_features(mut self, lowest_sd: f64, highest_sd: f64, highest_mean: f64) -> Run {
        self.trace.data.scales = Some(FeatureScales {
            lowest_sd: Real(lowest_sd),
            highest_sd: Real(highest_sd),
            highest_mean: Real(highest_mean),
        });
        self
    }

    /// Sets the initial weights to this multiple of He's.
    pub fn with_kappa(mut self, kappa: f64) -> Run {
        for layer in self.hidden() {
            layer.weight_rms = column(&[kappa * 0.2_f64.sqrt(); 2]);
        }
        self
    }

    /// Returns the verdict of one rule.
    pub fn look(&self, look: Look) -> Verdict {
        look(&Case {
            trace: &self.trace,
            settings: &self.settings,
            context: &self.context,
            gate: Gate::of(&self.trace, &self.settings, &self.context),
        })
    }

    /// Returns the diagnosis of all rules.
    pub fn diagnose(&mut self) -> Diagnosis {
        self.trace.settings = canonical(&self.settings);
        diagnose(&self.trace, &self.context)
    }
}

fn risk(loss: f64) -> Risk {
    Risk {
        loss: Real(loss),
        accuracy: None,
    }
}

#[test]
fn no_rule_matches_a_sound_run() {
    let diagnosis = Run::sound().diagnose();
    assert_eq!(diagnosis.code, Code::Healthy);
    assert_eq!(diagnosis.notes, []);
    for (code, look) in CAUSES {
        assert!(Run::sound().look(*look).is_err(), "{code}");
    }
}

#[test]
fn a_pruned_run_is_not_diagnosed_with_causes_that_show_at_the_end() {
    let mut run = Run::sound().with_losses(&[1.0, 0.9, 0.8, 0.7, 0.6]);
    assert_eq!(run.diagnose().code, Code::Undertrained);
    run.trace.outcome = Outcome::Stopped { step: 30 };
    run.trace.steps = 30;
    let diagnosis = run.diagnose();
    assert_eq!(diagnosis.code, Code::Unclear);
    assert_eq!(diagnosis.notes, []);
    assert!(diagnosis.finding.sentence.contains("pruned"));
}

#[test]
fn no_rule_matches_a_run_without_records() {
    let mut empty = Run::sound();
    empty.trace.steps = 0;
    empty.trace.layers.clear();
    empty.trace.risks.clear();
    empty.trace.moments.clear();
    empty.trace.curve = crate::trace::Curve::default();
    let mut columns = Run::sound();
    for layer in &mut columns.trace.layers {
        *layer = Layer {
            inputs: 10,
            outputs: 10,
            ..Layer::default()
        };
    }
    columns.trace.moments.clear();
    for run in [empty, columns] {
        for (code, look) in CAUSES {
            assert!(run.look(*look).is_err(), "{code}");
        }
    }
}

#[test]
fn values_that_are_not_finite_match_no_rule_but_divergence() {
    let nan = [f64::NAN; 3];
    let mut run = Run::sound()
        .with_losses(&nan)
        .with_validation(&nan)
        .with_features(f64::NAN, f64::NAN, f64::NAN);
    for layer in &mut run.trace.layers {
        for (_, column) in layer.columns_mut() {
            column.iter_mut().for_each(|value| *value = Real(f64::NAN));
        }
    }
    for (code, look) in CAUSES {
        assert!(run.look(*look).is_err(), "{code}");
    }
    assert_eq!(run.diagnose().code, Code::Unclear);
    run.trace.outcome = Outcome::Diverged { step: 0 };
    assert_eq!(run.diagnose().code, Code::LearningRateTooHigh);
}

#[test]
fn the_first_cause_is_the_root_and_the_others_are_its_notes() {
    let mut run = Run::sound()
        .with_losses(&[9.0, 50.0, 100.0])
        .with_kappa(8.0);
    let diagnosis = run.diagnose();
    assert_eq!(diagnosis.code, Code::InitTooLarge);
    assert_eq!(diagnosis.notes[0].code, Code::LearningRateTooHigh);
    let rejected: Vec<Code> = diagnosis.rejected.iter().map(|other| other.code).collect();
    assert!(rejected.contains(&Code::LearningRateTooHigh) && rejected.contains(&Code::TooShallow));
    assert!(!rejected.contains(&Code::InitTooLarge));
}

#[test]
fn symptoms_of_a_run_that_learned_are_notes() {
    let mut run = Run::sound().with_kappa(8.0);
    let diagnosis = run.diagnose();
    assert_eq!(
        (diagnosis.code, diagnosis.notes[0].code),
        (Code::Healthy, Code::InitTooLarge)
    );
}

#[test]
fn a_failed_run_without_a_cause_is_unclear_and_lists_what_is_ruled_out() {
    let mut run = Run::sound().with_losses(&[1.0, 0.61, 0.6, 0.6, 0.6]);
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
    let mut run = Run::sound();
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
        let mut run = Run::sound().with_losses(losses);
        run.context.best_skill = Some(best);
        run
    };
    // As good as any other run, with almost no skill.
    let mut run = known(0.05, &[1.0, 0.96, 0.95, 0.95, 0.95]);
    let diagnosis = run.diagnose();
    assert_eq!(diagnosis.code, Code::Unclear);
    assert!((diagnosis.finding.evidence[0].value - 0.05).abs() < 1e-9);
    let mut run = known(0.11, &[1.0, 0.89, 0.89, 0.89, 0.89]);
    assert_eq!(run.diagnose().code, Code::Healthy);
    // Worse than a constant on the rows that were held out.
    let mut run = known(0.11, &[1.0, 0.89, 0.89, 0.89, 0.89]);
    run = run.with_validation(&[1.0, 1.0, 1.0, 1.01, 1.01]);
    let diagnosis = run.diagnose();
    assert_eq!(diagnosis.code, Code::Unclear);
    assert!((diagnosis.finding.evidence[0].value + 0.01).abs() < 1e-9);
    // A cause that matches is named.
    let mut run = known(0.05, &[1.0, 0.96, 0.95, 0.95, 0.95]).with_kappa(8.0);
    assert_eq!(run.diagnose().code, Code::InitTooLarge);
    // A run that fits only its training rows has memorized them.
    let mut run = Run::sound().with_validation(&[1.0, 1.01, 1.02, 1.02, 1.02]);
    assert_eq!(run.diagnose().code, Code::Overfit);
}
