//! Compares gradients with finite differences and with derivations of the lecture.
#![allow(clippy::unwrap_used)]

mod common;

use candle_core::{Device, Tensor};
use common::{every_activation, loss, output, points, settings, sine, words_of};
use sweep::config::Settings;
use sweep::config::settings::*;
use sweep::train::autograd::stochastic_gradient;
use sweep::train::components::entries::entries;
use sweep::train::components::{Batch, Mode, Model, Parameter, Role};
use sweep::train::dropout::Dropout;
use sweep::train::rows::tensors;

/// Returns the gradients of a model on a batch by parameter.
fn gradients(model: &Model, batch: &Batch) -> Vec<(Parameter, Vec<f64>)> {
    let parameters = model.parameters();
    let gradient = stochastic_gradient(model, &parameters, batch).unwrap();
    let entries = gradient.entries.iter().map(|g| entries(g).unwrap());
    parameters.into_iter().zip(entries).collect()
}

fn set(parameter: &Parameter, values: &[f64]) {
    let tensor = Tensor::from_slice(values, parameter.var.shape(), &Device::Cpu).unwrap();
    parameter.var.set(&tensor).unwrap();
}

#[test]
fn gradients_agree_with_finite_differences() {
    let activations = every_activation();
    let losses = [
        ("\"mse\"", "linear", 0),
        ("\"mae\"", "linear", 0),
        ("{ huber = 0.4 }", "linear", 0),
        ("{ huber = 0.4 }", "sigmoid", 0),
        ("\"mse\"", "sigmoid", 2),
        ("\"mse\"", "softmax", 3),
        ("\"bce\"", "sigmoid", 2),
        ("\"bce\"", "sigmoid", 3),
        ("\"cross-entropy\"", "softmax", 3),
    ];
    for word in words_of("loss") {
        assert!(
            losses.iter().any(|(value, ..)| value.contains(word)),
            "{word}"
        );
    }
    let losses = losses.map(|(value, word, classes)| (loss(value), output(word), classes));
    let everywhere = NormSites {
        input: true,
        hidden: true,
        output: true,
    };
    let models = [
        ModelSettings::Mlp { hidden: vec![4, 3] },
        ModelSettings::Residual {
            blocks: 2,
            layers: 2,
            width: 3,
        },
    ];
    for model in models {
        let residual = matches!(model, ModelSettings::Residual { .. });
        for activation in activations.iter().copied() {
            for (loss, output, classes) in losses {
                let none = NormSites::default();
                for (batch_norm, layer_norm) in
                    [(none, none), (everywhere, none), (none, everywhere)]
                {
                    let model = model.clone();
                    let precision = Precision::F64;
                    let init = Init::Torch;
                    let settings = Settings {
                        model,
                        activation,
                        loss,
                        output,
                        batch_norm,
                        layer_norm,
                        dropout: if residual { 0.3 } else { 0.0 },
                        precision,
                        init,
                        ..settings()
                    };
                    check_differences(&settings, classes);
                }
            }
        }
    }
}

#[test]
fn gradients_of_one_weight_losses_agree_with_finite_differences() {
    let mut settings = settings();
    settings.precision = Precision::F64;
    for risk in [OneWeightRisk::Ripples, OneWeightRisk::DoubleWell] {
        settings.model = ModelSettings::Risk(risk);
        for w in [-2.3, -0.7, 0.4, 1.0, 3.1] {
            settings.init = Init::Constant(w);
            let model = Model::new(&settings, 0, 1, 1).unwrap();
            let nothing = tensors(&settings, &points(1, 0).train, 2, 0).unwrap();
            let slope = gradients(&model, &nothing)[0].1[0];
            let value = |w| sweep::train::components::risk::value(risk, w);
            let difference = (value(w + 1e-6) - value(w - 1e-6)) / 2e-6;
            assert!((slope - difference).abs() < 1e-7 * slope.abs().max(1.0));
        }
    }
}

fn check_differences(settings: &Settings, classes: usize) {
    let rows = points(7, classes).train;
    let mut batch = tensors(settings, &rows, 2, classes).unwrap();
    batch.masks = Dropout::new(settings, 5).masks(0, 7).unwrap();
    let model = Model::new(settings, 5, 2, batch.y.dim(1).unwrap()).unwrap();
    let all = gradients(&model, &batch);
    let largest = all
        .iter()
        .flat_map(|(_, g)| g)
        .fold(0.0_f64, |a, g| a.max(g.abs()));
    for (parameter, gradient) in &all {
        let at = entries(&parameter.var).unwrap();
        // One entry of each parameter is enough, since all entries have the same formula. The largest is used, because
        // the gradient of a dead neuron is 0.
        let by_size = |i: &usize, j: &usize| gradient[*i].abs().total_cmp(&gradient[*j].abs());
        let entry = (0..at.len()).max_by(by_size).unwrap();
        let risk = |shift: f64| {
            let mut moved = at.clone();
            moved[entry] += shift;
            set(parameter, &moved);
            let risk = entries(&model.risk(&batch, Mode::Training).unwrap()).unwrap()[0];
            set(parameter, &at);
            risk
        };
        let h = 1e-6;
        let difference = (risk(h) - risk(-h)) / (2.0 * h);
        assert!(
            (difference - gradient[entry]).abs() < 1e-6 * largest.max(1e-2),
            "{}: {} against {difference}: {settings:?}",
            parameter.name(),
            gradient[entry],
        );
    }
}

/// The lecture, part 2, "Vanishing gradients": three hidden layers of one neuron, linear.
#[test]
fn derivatives_of_a_chain_of_neurons_agree_with_the_lecture() {
    let settings = Settings {
        model: ModelSettings::Mlp { hidden: vec![1; 3] },
        activation: Activation::Linear,
        precision: Precision::F64,
        ..settings()
    };
    let model = Model::new(&settings, 0, 1, 1).unwrap();
    let (x, w) = (0.7, [0.9, -0.4, 0.3, 1.7]);
    let weights = model
        .parameters()
        .into_iter()
        .filter(|p| p.role == Role::Weight);
    weights
        .zip(w)
        .for_each(|(parameter, w)| set(&parameter, &[w]));
    let (a1, a2, a3) = (x * w[0], x * w[0] * w[1], x * w[0] * w[1] * w[2]);
    // With y = H − ½, the derivative of (H − y)² by H is 1.
    let y = a3 * w[3] - 0.5;
    let one = |v: f64| Tensor::from_vec(vec![v], (1, 1), &Device::Cpu).unwrap();
    let all = gradients(
        &model,
        &Batch {
            x: one(x),
            y: one(y),
            weights: None,
            masks: Vec::new(),
        },
    );
    let got = all
        .iter()
        .filter(|(p, _)| p.role == Role::Weight)
        .map(|(_, g)| g[0]);
    let expected = [x * w[1] * w[2] * w[3], a1 * w[2] * w[3], a2 * w[3], a3];
    for (got, expected) in got.zip(expected) {
        assert!((got - expected).abs() < 1e-15, "{got} {expected}");
    }
}

/// The lecture, part 1: g = (2/m) Σ (Aug(x)·w − y) Aug(x).
#[test]
fn the_gradient_of_least_squares_agrees_with_the_lecture() {
    let settings = Settings {
        model: ModelSettings::Linear,
        precision: Precision::F64,
        output_bias: Some(0.3),
        ..settings()
    };
    let rows = points(9, 2).train;
    let batch = tensors(&settings, &rows, 2, 0).unwrap();
    let model = Model::new(&settings, 0, 2, 1).unwrap();
    let all = gradients(&model, &batch);
    let w = entries(&all[0].0.var).unwrap();
    let mut expected = [0.0; 3];
    for (x, y) in rows.x.chunks(2).zip(&rows.y) {
        let off = 0.3 + x[0] * w[0] + x[1] * w[1] - y;
        for (g, aug) in expected.iter_mut().zip([x[0], x[1], 1.0]) {
            *g += 2.0 / 9.0 * off * aug;
        }
    }
    let got = [all[0].1[0], all[0].1[1], all[1].1[0]];
    for (got, expected) in got.iter().zip(expected) {
        assert!((got - expected).abs() < 1e-14, "{got} {expected}");
    }
}

/// The derivative of the binary cross-entropy by the logit is σ(z) − y, and neither overflows.
#[test]
fn cross_entropy_is_finite_and_correct_for_large_logits() {
    for precision in [Precision::F32, Precision::F64] {
        for (z, y, loss, slope) in [
            (0.0, 1.0, 2.0_f64.ln(), -0.5),
            (0.0, 0.0, 2.0_f64.ln(), 0.5),
            (1000.0, 0.0, 1000.0, 1.0),
            (-1000.0, 1.0, 1000.0, -1.0),
            (1000.0, 1.0, 0.0, 0.0),
            (-1000.0, 0.0, 0.0, 0.0),
            (20.0, 1.0, (-20.0_f64).exp().ln_1p(), -(-20.0_f64).exp()),
        ] {
            let settings = Settings {
                model: ModelSettings::Linear,
                init: Init::Constant(z),
                loss: Loss::Bce,
                output: OutputActivation::Sigmoid,
                precision,
                ..settings()
            };
            let rows = sweep::train::datasets::Rows {
                x: vec![1.0].into(),
                y: vec![y],
                targets: 1,
            };
            let batch = tensors(&settings, &rows, 1, 2).unwrap();
            let model = Model::new(&settings, 0, 1, 1).unwrap();
            let gradient = stochastic_gradient(&model, &model.parameters(), &batch).unwrap();
            let got = entries(&gradient.entries[0]).unwrap()[0];
            assert!(
                (gradient.loss - loss).abs() <= 1e-6 * loss,
                "{z} {y}: {}",
                gradient.loss
            );
            assert!((got - slope).abs() < 1e-8, "{z} {y}: {got}");
        }
    }
}

/// Every derivative of a dead neuron is 0, also where z is exactly 0 (as in PyTorch).
#[test]
fn the_derivative_of_relu_at_zero_is_zero() {
    let settings = Settings {
        init: Init::Constant(0.0),
        precision: Precision::F64,
        ..settings()
    };
    let batch = tensors(&settings, &sine(8).train, 1, 0).unwrap();
    let model = Model::new(&settings, 0, 1, 1).unwrap();
    let parameters = model.parameters();
    set(&parameters[8], &[1.0; 10]);
    for (parameter, gradient) in gradients(&model, &batch) {
        let dead = parameter.name() != "output.bias";
        assert_eq!(
            gradient.iter().all(|g| *g == 0.0),
            dead,
            "{}",
            parameter.name()
        );
    }
}
