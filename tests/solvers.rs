//! The solvers as executors of a sweep: they reach the results of training, respect time limits, and are part of a run ID
//! only if the file names one.
#![allow(clippy::unwrap_used)]

mod common;

use common::{run, run_all, run_on, settings};
use std::sync::Arc;
use std::time::Duration;
use sweep::config::settings::*;
use sweep::execute::{Executor, executors};
use sweep::identity::{RunId, canonical, run_id};
use sweep::trace::{Outcome, Trace, Trajectory};
use sweep::train::Job;
use sweep::train::datasets::{Dataset, Files, dataset};

fn solver() -> Executor<'static> {
    let [.., solver, _] = executors();
    solver
}

/// 400 rows with a number of features, a quarter of them for validation.
fn data(features: usize) -> Dataset {
    let settings = DataSettings {
        source: Source::Gaussian { features },
        rows: 400,
        noise: 0.5,
        validation: 0.25,
        ..settings().data
    };
    dataset(&settings, &Files::default(), 3).unwrap()
}

fn solved_by(solver: Solver) -> Settings {
    Settings {
        model: ModelSettings::Linear,
        init: Init::Constant(0.0),
        precision: Precision::F64,
        batch: BatchSize::Full,
        budget: Budget::Steps(200),
        lr: 0.0,
        solving: Some(Solving {
            solver,
            gradient_tolerance: Some(1e-10),
            excess_tolerance: None,
        }),
        ..settings()
    }
}

fn trajectory(trace: &Trace) -> &Trajectory {
    trace.trajectory.as_ref().unwrap()
}

fn last_risk(trace: &Trace) -> f64 {
    trace.end().unwrap().loss.0
}

#[test]
fn gradient_descent_converges_to_the_normal_equations() {
    for features in [1, 4] {
        let data = data(features);
        let exact = run_on(
            &solver(),
            &solved_by(Solver::NormalEquations),
            Some(&data),
            0,
        );
        let descent = run_on(&solver(), &solved_by(Solver::Gd), Some(&data), 0);
        assert_eq!(exact.outcome, Outcome::Finished);
        assert!(matches!(descent.outcome, Outcome::Converged { step } if step == descent.steps));
        assert!((last_risk(&exact) - last_risk(&descent)).abs() < 1e-12);
        assert!(trajectory(&descent).error.unwrap().0 < 1e-9);
        let validated = descent.evaluations.last().unwrap().validation;
        assert!(validated.is_some() && descent.predictions.end.len() == 1);
        assert_eq!(
            trajectory(&descent).weights.len(),
            if features == 1 { 2 } else { 0 }
        );
        let excess = &trajectory(&descent).excess;
        assert!(
            excess[0].0 == 1.0 && excess.last().unwrap().0 < 1e-12,
            "{excess:?}"
        );
    }
}

#[test]
fn sgd_of_a_solver_has_the_batches_and_the_trajectory_of_training() {
    let data = data(1);
    let mut settings = Settings {
        batch: BatchSize::Rows(16),
        lr: 0.02,
        ..solved_by(Solver::Sgd)
    };
    settings.solving.as_mut().unwrap().gradient_tolerance = None;
    let by_solver = run_on(&solver(), &settings, Some(&data), 5);
    settings.solving = None;
    let by_trainer = run(&settings, Some(&data), 5);
    assert!((last_risk(&by_solver) / last_risk(&by_trainer) - 1.0).abs() < 1e-10);
    let [a, b] = [&by_solver, &by_trainer].map(trajectory);
    assert_eq!((a.bowl, a.lowest.map(|r| r.0 > 0.0)), (b.bowl, Some(true)));
    let ends = [a, b].map(|trajectory| {
        trajectory
            .weights
            .iter()
            .map(|w| w.last().unwrap().0)
            .collect::<Vec<_>>()
    });
    assert_eq!(ends[0], ends[1]);
}

#[test]
fn newton_reaches_the_optimum_of_logistic_regression() {
    let mut clouds = settings();
    clouds.data = DataSettings {
        source: Source::Blobs {
            features: 2,
            classes: 2,
        },
        rows: 300,
        noise: 1.5,
        validation: 0.0,
        ..clouds.data
    };
    let data = dataset(&clouds.data, &Files::default(), 1).unwrap();
    let settings = Settings {
        loss: Loss::Bce,
        output: OutputActivation::Sigmoid,
        ..solved_by(Solver::Newton)
    };
    let newton = run_on(&solver(), &settings, Some(&data), 0);
    assert!(newton.steps < 20 && matches!(newton.outcome, Outcome::Converged { .. }));
    assert!(newton.end().unwrap().accuracy.unwrap().0 > 0.8);
    let descent = Settings {
        solving: None,
        lr: 0.5,
        budget: Budget::Steps(3000),
        ..settings
    };
    let descent = run(&descent, Some(&data), 0);
    assert!(last_risk(&newton) <= last_risk(&descent) + 1e-12);
    assert!(last_risk(&descent) - last_risk(&newton) < 1e-3);
}

#[test]
fn cancellation_and_timeouts_stop_a_solver() {
    let (data, settings) = (Arc::new(data(4)), solved_by(Solver::Gd));
    let job = || Job {
        settings: &settings,
        seed: 0,
        data: Some(data.clone()),
        keep: None,
    };
    assert!(run_all(&solver(), vec![job()], None, true)[0].is_none());
    let late = run_all(&solver(), vec![job()], Some(Duration::ZERO), false);
    let outcome = &late[0].as_ref().unwrap().outcome;
    assert!(matches!(outcome, Outcome::TimedOut { .. }), "{outcome:?}");
}

#[test]
fn only_cells_with_a_solver_have_one_in_their_run_id_and_old_traces_can_be_read() {
    let plain = serde_json::Value::from(canonical(&settings())).to_string();
    assert!(!plain.contains("solving"));
    let id = |settings: &Settings| -> RunId { run_id(settings, 0, "", "e") };
    assert_ne!(id(&solved_by(Solver::Gd)), id(&solved_by(Solver::Sgd)));
    let trace = run(&settings(), Some(&common::sine(20)), 0);
    let json = serde_json::to_string(&trace).unwrap();
    assert!(!json.contains("trajectory"));
    let back: Trace = serde_json::from_str(&json).unwrap();
    // Compared as text, in which NaN equals NaN.
    assert_eq!(serde_json::to_string(&back).unwrap(), json);
}
