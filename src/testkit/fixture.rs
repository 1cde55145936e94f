//! Synthetic results for tests: curves with realistic shapes, from closed forms.

use crate::config::settings::*;
use crate::config::{Axis, Sweep, Value, Values};
use crate::diagnose::expectations::{CellVerdict, Status, Verdict};
use crate::grid::{Cell, Run};
use crate::identity::RunId;
use crate::identity::canonical;
use crate::results::{CellResults, Results, RunResult};
use crate::trace::*;
use std::time::Duration;

/// Returns the settings of a small network; reports only use the model.
pub fn settings(model: ModelSettings) -> Settings {
    Settings {
        data: DataSettings {
            source: Source::Moons,
            rows: 256,
            standardize: true,
            ..DataSettings::default()
        },
        model,
        init: Init::He,
        lr: 0.1,
        budget: Budget::Epochs(200),
        ..Settings::default()
    }
}

/// Returns an axis of one key.
pub fn axis(name: &str, values: &[Value]) -> Axis {
    Axis {
        name: name.to_owned(),
        keys: vec![name.to_owned()],
        points: values.iter().map(|value| vec![value.clone()]).collect(),
        range: None,
    }
}

/// Returns a sweep file with these axes.
pub fn sweep(title: &str, axes: Vec<Axis>, seeds: usize) -> Sweep {
    Sweep {
        path: "experiments/lr.toml".into(),
        text: format!("title = {title:?}\nseeds = {seeds}\n\n[grid]\nlr = {{ log = [1e-4, 10.0], n = 6 }}\n"),
        title: title.to_owned(),
        about: "A learning rate that is **too low** barely moves, one that is too high diverges.\n\n- see `lr`\n- [the web](https://example.org)".to_owned(),
        seeds: (0..seeds as u64).collect(),
        base: Values::default(),
        axes,
        exclude: Vec::new(),
        file_seeds: seeds,
        expectations: Vec::new(),
        ..Sweep::default()
    }
}

/// Returns all cells of a sweep, with traces from `train`.
pub fn results(
    sweep: &Sweep,
    model: &ModelSettings,
    train: impl Fn(&[usize], u64) -> Option<Trace>,
) -> Results {
    let mut points: Vec<Vec<usize>> = vec![Vec::new()];
    for axis in &sweep.axes {
        let longer = points.iter().flat_map(|point| {
            (0..axis.points.len()).map(move |i| point.iter().copied().chain([i]).collect())
        });
        points = longer.collect();
    }
    let cells = points.into_iter().enumerate().map(|(index, coordinates)| {
        let varied: Vec<(String, Value)> = sweep
            .axes
            .iter()
            .zip(&coordinates)
            .flat_map(|(axis, i)| axis.keys.iter().cloned().zip(axis.points[*i].clone()))
            .collect();
        let mut values = varied.clone();
        values.push(("epochs".to_owned(), Value::Integer(200)));
        values.push(("activation".to_owned(), Value::Text("relu".to_owned())));
        let run = |seed: &u64| {
            let mut id = [0; 16];
            let hash = blake3::hash(format!("{} {varied:?} {seed}", sweep.title).as_bytes());
            id.copy_from_slice(&hash.as_bytes()[..16]);
            let timing = Timing {
                wall: Duration::from_millis(420),
                ..Timing::default()
            };
            RunResult {
                run: Run {
                    cell: index,
                    seed: *seed,
                    id: RunId(id),
                },
                trained: train(&coordinates, *seed).map(|trace| {
                    let params = canonical(&settings(model.clone()));
                    (Trace { params, ..trace }.into(), timing)
                }),
            }
        };
        CellResults {
            runs: sweep.seeds.iter().map(run).collect(),
            cell: Cell {
                index,
                coordinates: coordinates.clone(),
                varied: varied.clone(),
                values: values.into(),
                settings: settings(model.clone()),
            },
        }
    });
    Results {
        cells: cells.collect(),
        ..Results::default()
    }
}

/// Returns a reproducible number in −1..1.
pub fn noise(seed: u64, i: u64) -> f64 {
    let hash = blake3::hash(format!("{seed}/{i}").as_bytes());
    f64::from(u16::from_le_bytes([hash.as_bytes()[0], hash.as_bytes()[1]])) / 32767.5 - 1.0
}

/// The shape of a synthetic run.
#[derive(Debug, Clone)]
pub struct TraceShape {
    /// Rate at which the loss falls per epoch; negative for a rising loss.
    pub rate: f64,
    /// Final loss.
    pub floor: f64,
    /// Number of epochs.
    pub epochs: u64,
    /// Step at which it diverges.
    pub diverges: Option<u64>,
    /// Number of layers.
    pub layers: usize,
    /// Factor on the gradient from one layer to the one before it.
    pub vanishing: f64,
    /// Seed.
    pub seed: u64,
}

/// Returns a trace of a shape, without outputs.
pub fn trace(shape: &TraceShape) -> Trace {
    let end = shape.diverges.map_or(shape.epochs, |step| step / 8 + 1);
    let start = 0.5 * (1.0 + 0.2 * noise(shape.seed, 1));
    let loss = |epoch: u64| {
        let clean = shape.floor + (start - shape.floor) * (-shape.rate * epoch as f64).exp();
        if shape.diverges.is_some() && epoch >= end {
            f64::NAN
        } else {
            clean
        }
    };
    let curve = |epoch: u64| Real(loss(epoch) * (1.0 + 0.08 * noise(shape.seed, epoch + 10)));
    let steps = shape.diverges.unwrap_or(shape.epochs * 8);
    let evaluation = |epoch: u64| Evaluation {
        step: (epoch * 8).min(steps),
        train: Some(Score {
            loss: Real(loss(epoch)),
            accuracy: None,
        }),
        validation: Some(Score {
            loss: Real(loss(epoch) * 1.2 + 0.004),
            accuracy: None,
        }),
    };
    let snapshots: Vec<u64> = (0..=50).map(|i| i * end * 8 / 50).collect();
    let layer = |l: usize| {
        let size = shape.vanishing.powi((shape.layers - l) as i32);
        let at = |i: u64| loss(i * end / 50).min(1e6) * size;
        let all = |f: &dyn Fn(u64) -> f64| -> Vec<Real> { (0..=50).map(|i| Real(f(i))).collect() };
        Layer {
            name: if l == shape.layers {
                "output".to_owned()
            } else {
                format!("hidden {l}")
            },
            inputs: 10,
            outputs: 10,
            gradient_mean: all(&|i| at(i) * 0.2 * noise(shape.seed + l as u64, i)),
            gradient_abs: all(&|i| at(i) * 0.8),
            gradient_rms: all(&|i| at(i)),
            gradient_max: all(&|i| at(i) * 3.0),
            weight_rms: all(&|_| 0.4),
            update_ratio: all(&|i| at(i) * 0.01),
            activation_mean: all(&|_| 0.3),
            activation_sd: all(&|_| 0.5),
            row_sd: all(&|_| 0.4),
            neuron_sd: all(&|_| 0.3),
            delta_rms: all(&|_| 0.01),
            dead: all(&|_| 0.0),
            saturated: all(&|_| 0.0),
            ..Layer::default()
        }
    };
    Trace {
        seed: shape.seed,
        executor: "reference".to_owned(),
        outcome: shape
            .diverges
            .map_or(Outcome::Finished, |step| Outcome::Diverged { step }),
        data: DataFacts {
            features: vec!["x".to_owned()],
            target: "y".to_owned(),
            train_rows: 192,
            validation_rows: 64,
            constant_train_loss: Real(0.5),
            constant_validation_loss: Some(Real(0.49)),
            linear_train_loss: Some(Real(0.45)),
            linear_validation_loss: Some(Real(0.46)),
            ..DataFacts::default()
        },
        steps,
        steps_per_epoch: Some(8),
        trainable: 371,
        curve: Curve {
            at: (1..=end).map(|epoch| (epoch * 8).min(steps)).collect(),
            values: (1..=end).map(curve).collect(),
            of: end,
        },
        evaluations: (0..=50.min(end))
            .map(|i| evaluation(i * end / 50.min(end)))
            .collect(),
        snapshots,
        layers: (1..=shape.layers).map(layer).collect(),
        ..Trace::new(Params::new())
    }
}

/// Returns outputs over one feature: a line before training, a sine after.
pub fn curve_outputs(fit: f64) -> Predictions {
    let x = |n: usize| (0..n).map(move |i| -3.0 + 6.0 * i as f64 / (n - 1) as f64);
    let reals = |v: Vec<f64>| v.into_iter().map(Real).collect::<Vec<Real>>();
    let after = |x: f64| fit * (2.0 * x).sin();
    Predictions {
        features: vec![reals(x(64).collect())],
        target: reals(
            x(64)
                .enumerate()
                .map(|(i, x)| (2.0 * x).sin() + 0.1 * noise(1, i as u64))
                .collect(),
        ),
        start: vec![reals(x(64).map(|x| 0.1 * x).collect())],
        end: vec![reals(x(64).map(after).collect())],
        lattice: Some(Lattice {
            axes: vec![reals(x(121).collect())],
            start: vec![reals(x(121).map(|x| 0.1 * x).collect())],
            end: vec![reals(x(121).map(after).collect())],
        }),
    }
}

/// Returns outputs over two features with this many classes; two have one column, more have one each.
pub fn map_outputs(classes: usize) -> Predictions {
    let side = 31;
    let along: Vec<f64> = (0..side)
        .map(|i| -2.0 + 4.0 * i as f64 / (side - 1) as f64)
        .collect();
    let score = |a: f64, b: f64, class: usize| {
        let angle = std::f64::consts::TAU * class as f64 / classes as f64;
        1.0 / (1.0 + (-4.0 * (a * angle.cos() + b * angle.sin() - 0.3 * (3.0 * a).sin())).exp())
    };
    let columns = if classes == 2 { 1 } else { classes };
    let over = |f: &dyn Fn(f64, f64, usize) -> f64| -> Vec<Vec<Real>> {
        let column = |c: usize| {
            let rows = along
                .iter()
                .flat_map(|a| along.iter().map(move |b| (*a, *b)));
            rows.map(|(a, b)| Real(f(a, b, if classes == 2 { 1 } else { c })))
                .collect()
        };
        (0..columns).map(column).collect()
    };
    let rows: Vec<(f64, f64)> = (0..90)
        .map(|i| (2.0 * noise(7, i), 2.0 * noise(8, i)))
        .collect();
    let best = |a: f64, b: f64| {
        (0..classes)
            .max_by(|i, j| score(a, b, *i).total_cmp(&score(a, b, *j)))
            .unwrap_or(0)
    };
    let column = |f: &dyn Fn(f64, f64) -> f64| -> Vec<Real> {
        rows.iter().map(|(a, b)| Real(f(*a, *b))).collect()
    };
    Predictions {
        features: vec![column(&|a, _| a), column(&|_, b| b)],
        target: column(&|a, b| best(a, b) as f64),
        start: vec![column(&|a, _| 0.5 + 0.05 * a); columns],
        end: vec![column(&|a, b| score(a, b, 1)); columns],
        lattice: Some(Lattice {
            axes: vec![along.iter().copied().map(Real).collect(); 2],
            start: over(&|a, b, c| 0.5 + 0.05 * (a - b * c as f64)),
            end: over(&score),
        }),
    }
}

/// Returns a verdict about one cell.
pub fn verdict(name: &str, status: Status, cell: usize) -> Verdict {
    Verdict {
        name: name.to_owned(),
        line: 31,
        status,
        sentence: "training loss is 0.03 (median), wanted below 0.05".to_owned(),
        cells: vec![CellVerdict {
            cell,
            status,
            passed: 4,
            of: 5,
            sentence: "4 of 5 seeds hold".to_owned(),
        }],
    }
}

/// Returns a sweep of six learning rates from far too low to far too high.
pub fn learning_rates(seeds: usize) -> (Sweep, Results) {
    let rates = [1e-4, 1e-3, 0.01, 0.1, 1.0, 10.0];
    let axis = axis("lr", &rates.map(Value::Number));
    let sweep = sweep("Learning rate: too low, right, too high", vec![axis], seeds);
    let model = ModelSettings::Mlp {
        hidden: vec![10; 4],
    };
    let results = results(&sweep, &model, |point, seed| {
        let lr = rates[point[0]];
        let diverges = (point[0] == 5 || (point[0] == 4 && seed % 5 < 3)).then_some(11 + 40 * seed);
        let mut trace = trace(&TraceShape {
            rate: (lr * 0.6).min(0.08),
            floor: 0.004 * (1.0 + 0.5 * noise(seed, 3)),
            epochs: 200,
            diverges,
            layers: 5,
            vanishing: 0.8,
            seed,
        });
        let fit = trace.skill().unwrap_or(0.0);
        trace.predictions = curve_outputs(if fit.is_nan() { f64::NAN } else { fit });
        Some(trace)
    });
    (sweep, results)
}
