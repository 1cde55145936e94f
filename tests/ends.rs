//! Outcomes of a run: divergence, early stopping, timeout, cancellation, an error.
#![allow(clippy::unwrap_used)]

mod common;

use common::{every_engine, run_all, run_on, settings, sine};
use std::sync::Arc;
use std::time::Duration;
use sweep::config::settings::*;
use sweep::trace::{Outcome, Trace};
use sweep::train::Job;

fn json(trace: &Trace) -> String {
    serde_json::to_string(trace).unwrap()
}

#[test]
fn divergence_is_recorded_with_its_step_and_nan_values() {
    for engine in every_engine() {
        let mut settings = settings();
        settings.lr = 1e3;
        let trace = run_on(&engine, &settings, Some(&sine(80)), 0);
        let Outcome::Diverged { step } = trace.outcome else {
            panic!("{:?}", trace.outcome)
        };
        assert_eq!(trace.steps, step + 1);
        assert_eq!(trace.snapshots.last(), Some(&step));
        assert!(!trace.curve.values.last().unwrap().0.is_finite());
        assert!(!trace.end().unwrap().loss.0.is_finite());
        let again: Trace = serde_json::from_str(&json(&trace)).unwrap();
        assert_eq!(json(&again), json(&trace), "NaN survives being stored");
    }
}

#[test]
fn a_run_that_diverges_in_its_last_update_is_not_finished() {
    for engine in every_engine() {
        let mut settings = settings();
        settings.lr = 1e3;
        let blown = run_on(&engine, &settings, Some(&sine(80)), 0);
        let Outcome::Diverged { step } = blown.outcome else {
            panic!("{:?}", blown.outcome)
        };
        // The run ends before the step that would detect the divergence.
        settings.budget = Budget::Steps(step as usize);
        let trace = run_on(&engine, &settings, Some(&sine(80)), 0);
        assert!(!trace.end().unwrap().loss.0.is_finite());
        assert_eq!(trace.outcome, Outcome::Diverged { step: step - 1 });
        for layer in &trace.layers {
            let (dead, sd) = (layer.dead.last(), layer.activation_sd.last());
            assert!(dead.unwrap().0.is_finite() || sd.unwrap().0.is_nan());
        }
    }
}

#[test]
fn patience_ends_a_run_without_a_better_validation_loss() {
    for engine in every_engine() {
        let mut settings = settings();
        settings.lr = 0.0;
        settings.patience = Some(7);
        settings.budget = Budget::Epochs(1000);
        let trace = run_on(&engine, &settings, Some(&sine(80)), 0);
        // The first epoch is the best; the seven after it are not better.
        assert_eq!(trace.outcome, Outcome::StoppedEarly { epoch: 8 });
        assert_eq!(
            (trace.steps, trace.evaluations.last().unwrap().step),
            (16, 16)
        );
        assert_eq!((trace.snapshots[0], trace.snapshots.last()), (0, Some(&15)));
        assert_eq!(trace.layers[0].gradient_rms.len(), trace.snapshots.len());
    }
}

#[test]
fn cancellation_and_timeouts_stop_runs() {
    for engine in every_engine() {
        let (settings, data) = (settings(), Arc::new(sine(80)));
        let jobs = || -> Vec<Job> {
            let job = |seed| Job {
                settings: &settings,
                seed,
                data: Some(data.clone()),
                keep: None,
            };
            (0..3).map(job).collect()
        };
        let cancelled = run_all(&engine, jobs(), None, true);
        assert!(cancelled.iter().all(Option::is_none));
        for trace in run_all(&engine, jobs(), Some(Duration::ZERO), false) {
            let trace = trace.unwrap();
            assert_eq!(trace.outcome, Outcome::TimedOut { step: 1 });
            assert_eq!((trace.evaluations.len(), trace.snapshots.len()), (2, 1));
        }
    }
}

#[test]
fn a_network_without_rows_fails_with_a_message() {
    for engine in every_engine() {
        let trace = run_on(&engine, &settings(), None, 0);
        assert!(
            matches!(trace.outcome, Outcome::Crashed { message } if message.contains("no training rows"))
        );
    }
}
