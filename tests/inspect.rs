//! Recording snapshots of weights: executors record the weights of the run, and the run does not change.
#![allow(clippy::unwrap_used)]

mod common;

use common::{every_engine, points, run_on, settings, sine};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use sweep::config::Settings;
use sweep::config::settings::*;
use sweep::execute::Executor;
use sweep::inspect::inspect;
use sweep::inspect::snapshot_steps::snapshot_steps;
use sweep::trace::inspection::{Frame, SnapshotPredictions};
use sweep::trace::{Outcome, Trace};
use sweep::train::components::Model;
use sweep::train::components::entries::entries;
use sweep::train::datasets::Dataset;
use sweep::train::rows::{Split, matrix};
use sweep::train::weight_snapshots::{RequestedSnapshots, Snapshot};
use sweep::train::{Cancellation, Job};

/// Returns the settings of a run of 20 epochs with normalization in all layers.
fn normed() -> Settings {
    Settings {
        batch_norm: NormSites {
            input: true,
            hidden: true,
            output: true,
        },
        ..settings()
    }
}

fn with_weights(
    engine: &Executor,
    settings: &Settings,
    data: Option<Dataset>,
    at: Vec<u64>,
) -> (Trace, Vec<Snapshot>, Job<'static>) {
    let keep = Rc::new(RequestedSnapshots::at(at));
    let settings: &'static Settings = Box::leak(Box::new(settings.clone()));
    let data = data.map(Arc::new);
    let mut traces = Vec::new();
    let job = Job {
        settings,
        seed: 3,
        data,
        keep: None,
    };
    let control = Cancellation {
        timeout: None,
        cancelled: &AtomicBool::new(false),
    };
    let watched = Job {
        keep: Some(Rc::clone(&keep)),
        ..job.clone()
    };
    (engine.train)(&mut std::iter::once(watched), &control, &mut |_, run| {
        traces.push(run.trace);
    });
    (traces.remove(0), keep.snapshots(), job)
}

#[test]
fn every_engine_records_its_weights_without_changing_the_run() {
    let mut starts = Vec::new();
    for engine in every_engine() {
        let data = sine(96);
        let (trace, kept, job) =
            with_weights(&engine, &normed(), Some(data.clone()), vec![0, 7, 60]);
        assert_eq!(trace, run_on(&engine, &normed(), Some(&data), 3));
        let steps: Vec<u64> = kept.iter().map(|snapshot| snapshot.step).collect();
        assert_eq!(steps, [0, 7, 60], "{}", engine.name);
        starts.push(kept[0].clone());

        // The last snapshot gives the final predictions of the trace.
        let rows = Split::new(&job).unwrap();
        let model = Model::new(job.settings, 0, rows.features(), rows.outputs()).unwrap();
        model.load(&kept[2].numbers).unwrap();
        let Model::Network(network) = &model else {
            panic!("a network")
        };
        let x = matrix(job.settings, (data.train.x[..30].to_vec(), 1)).unwrap();
        let outputs = entries(&network.outputs(&x).unwrap()).unwrap();
        for (output, stored) in outputs.iter().zip(&trace.predictions.end[0]) {
            assert!(
                (output - stored.0).abs() < 5e-3,
                "{}: {output} {stored:?}",
                engine.name
            );
        }
    }
    assert!(starts.iter().all(|start| *start == starts[0]));
}

#[test]
fn a_run_that_ends_early_records_its_last_weights() {
    for engine in every_engine() {
        let wild = Settings {
            lr: 1e6,
            ..settings()
        };
        let (trace, kept, _) = with_weights(&engine, &wild, Some(sine(96)), vec![0, 50]);
        let Outcome::Diverged { .. } = trace.outcome else {
            panic!("{:?}", trace.outcome)
        };
        let last = kept.last().unwrap();
        assert_eq!((kept.len(), last.step), (2, trace.steps), "{}", engine.name);
        let numbers = last.numbers.iter().flatten();
        assert!(!numbers.clone().all(|w| w.is_finite()));
    }
}

#[test]
fn every_kind_of_run_can_be_inspected() {
    let [engine, _, reference] = every_engine();
    let look = |engine: &Executor, settings: &Settings, data: Option<Dataset>, steps: u64| {
        let at = snapshot_steps(steps, 3);
        let (trace, kept, job) = with_weights(engine, settings, data, at);
        let control = Cancellation {
            timeout: None,
            cancelled: &AtomicBool::new(false),
        };
        let seen = inspect(&job, &trace, &kept, &control).unwrap().unwrap();
        assert_eq!(seen.steps.len(), kept.len());
        (seen, trace)
    };
    let (seen, trace) = look(&engine, &normed(), Some(sine(96)), 60);
    let surface = seen.surface.unwrap();
    assert!(matches!(&surface.frame, Frame::Directions(shares) if shares.len() == 2));
    assert_eq!(surface.risk.len(), 625);
    assert!(surface.normed && surface.rows == 72);
    assert_eq!(seen.histograms.len(), trace.layers.len());
    let SnapshotPredictions::Lattice(said) = seen.predictions else {
        panic!("one feature")
    };
    let end = &trace.predictions.lattice.as_ref().unwrap().end[0];
    let pairs = said.last().unwrap()[0].iter().zip(end);
    assert!(pairs.map(|(a, b)| (a - b.0).abs()).fold(0.0, f64::max) < 5e-3);

    let moons = Settings {
        output: OutputActivation::Softmax,
        loss: Loss::CrossEntropy,
        ..settings()
    };
    let (seen, trace) = look(&engine, &moons, Some(points(96, 3)), 60);
    let SnapshotPredictions::Lattice(said) = seen.predictions else {
        panic!("two features")
    };
    assert_eq!((said[0].len(), said[0][0].len()), (3, 1024));
    // Without normalization, the final loss equals that of the trace.
    let at_end = *seen.surface.unwrap().heights.last().unwrap();
    let expected = trace.end().unwrap().loss.0;
    assert!(
        (at_end - expected).abs() < 1e-5 * expected,
        "{at_end} {expected}"
    );

    let line = Settings {
        model: ModelSettings::Linear,
        ..settings()
    };
    let surface = look(&engine, &line, Some(sine(96)), 60).0.surface.unwrap();
    let names = ["output.weight", "output.bias"].map(str::to_owned);
    assert_eq!(surface.frame, Frame::Weights(names.to_vec()));

    let well = Settings {
        model: ModelSettings::Risk(OneWeightRisk::DoubleWell),
        init: Init::Constant(2.0),
        lr: 0.01,
        budget: Budget::Steps(50),
        ..settings()
    };
    let (seen, trace) = look(&reference, &well, None, 50);
    assert!(matches!(seen.predictions, SnapshotPredictions::Nothing) && seen.histograms.is_empty());
    let surface = seen.surface.unwrap();
    assert_eq!(surface.path[0], Some(vec![2.0]));
    let end = surface.path.last().unwrap().as_ref().unwrap()[0];
    assert_eq!(end, trace.predictions.end[0][0].0);
}
