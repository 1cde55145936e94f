//! Agreement with PyTorch from the same weights and batches: every file in
//! `tests/fixtures/parity`, which `tests/fixtures/parity.py` writes.
//!
//! Without batch normalization, 100 steps agree to 1e-5 in 32 bits and to 1e-10 in 64 bits. Batch normalization
//! amplifies rounding: the first loss and gradients agree as well, and 10 steps agree to 1e-8 in 64 bits. Layer
//! normalization amplifies less: with at least three features, 100 steps agree as without it, at learning rates at
//! which the two precisions of PyTorch itself agree.
#![allow(clippy::unwrap_used)]

mod common;

use candle_core::{Device, Tensor};
use common::{NUMBERS, TWO_CLASSES, of_file, words_of};
use serde_json::Value;
use std::path::Path;
use sweep::config::Settings;
use sweep::config::settings::{NormSites, Precision};
use sweep::train::autograd::{stochastic_gradient, update};
use sweep::train::components::entries::entries;
use sweep::train::components::optim::Optimizer;
use sweep::train::components::{Batch, Model, Parameter, Role, dtype};
use sweep::train::datasets::Rows;
use sweep::train::dropout::kept;
use sweep::train::rows::{matrix, tensors, weighted};

/// Every case by its name.
fn cases() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/parity");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|f| f.unwrap().path())
        .collect();
    files.sort();
    assert!(files.len() >= 53, "fixtures are missing");
    let case = |file: std::path::PathBuf| {
        let case = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        (
            file.file_stem().unwrap().to_string_lossy().into_owned(),
            case,
        )
    };
    files.into_iter().map(case).collect()
}

#[test]
fn training_agrees_with_pytorch() {
    for (name, case) in cases() {
        for precision in [Precision::F32, Precision::F64] {
            agrees(&format!("{name}, {precision:?}"), &case, precision);
        }
    }
}

/// Trains a case and compares the results with those of PyTorch.
fn agrees(name: &str, case: &Value, precision: Precision) {
    let settings = settings_of(case, precision);
    let expected = &case[if precision == Precision::F32 {
        "f32"
    } else {
        "f64"
    }];
    let (first, whole) = match (precision, settings.batch_norm == NormSites::default()) {
        (Precision::F32, true) => (1e-5, 1e-5),
        (Precision::F32, false) => (1e-5, f64::INFINITY),
        (Precision::F64, true) => (1e-10, 1e-10),
        (Precision::F64, false) => (1e-10, 1e-8),
    };

    let (rows, model, parameters) = start(case, &settings);
    let (n, m) = (rows.x.dim(0).unwrap(), 4);
    let steps = case["steps"].as_u64().unwrap();
    let mut optimizer = Optimizer::new(&settings, parameters.len(), steps);
    let steps = steps as usize;
    let expected_losses = numbers(&expected["losses"]);
    for t in 0..steps {
        let chosen: Vec<u32> = (0..m).map(|i| ((t * m + i) % n) as u32).collect();
        let chosen = Tensor::new(chosen, &Device::Cpu).unwrap();
        let mut batch = rows.each(|rows| rows.index_select(&chosen, 0)).unwrap();
        batch.masks = masks(case, t, &settings);
        let gradient = stochastic_gradient(&model, &parameters, &batch).unwrap();
        if t == 0 {
            same_gradients(
                name,
                &parameters,
                &gradient.entries,
                &expected["gradients"],
                first,
            );
        }
        let every = (steps / 10).max(1);
        if t % every == 0 {
            let tolerance = if t == 0 { first } else { whole };
            let what = format!("{name}: loss of step {t}");
            close(
                &what,
                &[gradient.loss],
                &expected_losses[t / every..=t / every],
                0.0,
                tolerance,
            );
        }
        let weights = parameters.iter().map(|p| p.var.as_tensor());
        let updates = optimizer.updates(weights, &gradient.entries).unwrap();
        update(&parameters, &updates).unwrap();
    }
    for parameter in &parameters {
        let end = entries(&parameter.var).unwrap();
        let what = format!("{name}: {} at the end", parameter.name());
        // The gradient of a bias before a normalization is only rounding.
        close(
            &what,
            &end,
            &numbers(&expected["end"][parameter.name()]),
            1e-3,
            whole,
        );
    }
    let Model::Network(network) = &model else {
        panic!("no network")
    };
    let outputs = entries(&network.outputs(&rows.x).unwrap()).unwrap();
    close(
        &format!("{name}: outputs"),
        &outputs,
        &numbers(&expected["outputs"]),
        0.0,
        whole,
    );
}

/// Returns the factors of the activations of every hidden layer in a step.
fn masks(case: &Value, step: usize, settings: &Settings) -> Vec<Tensor> {
    let Some(layers) = case["masks"][step].as_array() else {
        return Vec::new();
    };
    let mask = |(keeps, width): (&Value, f64)| {
        let keeps = numbers(keeps).into_iter();
        let mask: Vec<f64> = keeps.map(|keep| keep * kept(settings.dropout)).collect();
        matrix(settings, (mask, width as usize)).unwrap()
    };
    let widths = numbers(&case["hidden"]);
    layers.iter().zip(widths).map(mask).collect()
}

/// Returns the rows of a case, and its model with its initial weights.
fn start(case: &Value, settings: &Settings) -> (Batch, Model, Vec<Parameter>) {
    let rows = Rows {
        x: numbers(&case["x"]).into(),
        y: numbers(&case["y"]),
        targets: 2 * numbers(&case["y"]).len() / numbers(&case["x"]).len(),
    };
    let classes = case["classes"].as_u64().unwrap() as usize;
    let mut of_class = vec![0; classes];
    rows.y
        .iter()
        .filter(|_| classes > 0)
        .for_each(|y| of_class[*y as usize] += 1);
    let batch = tensors(settings, &rows, 2, classes).unwrap();
    let rows = match settings.labels.weights.of(&of_class) {
        Some(of_class) => weighted(batch, settings, &rows, &of_class).unwrap(),
        None => batch,
    };
    let outputs = rows.y.dim(1).unwrap();
    assert_eq!(outputs as u64, case["outputs"].as_u64().unwrap());
    let model = Model::new(settings, 0, 2, outputs).unwrap();
    let parameters = model.parameters();
    assert_eq!(parameters.len(), case["start"].as_object().unwrap().len());
    for p in &parameters {
        let values = numbers(&case["start"][p.name()]);
        let tensor = Tensor::from_vec(values, p.var.shape(), &Device::Cpu).unwrap();
        p.var
            .set(&tensor.to_dtype(dtype(settings.precision)).unwrap())
            .unwrap();
    }
    (rows, model, parameters)
}

/// Compares gradients relative to the largest of their layer, because the gradient of a bias before a normalization is
/// only rounding.
fn same_gradients(
    name: &str,
    parameters: &[Parameter],
    got: &[Tensor],
    expected: &Value,
    tolerance: f64,
) {
    let mut scale = 0.0;
    for (parameter, got) in parameters.iter().zip(got) {
        let expected = numbers(&expected[parameter.name()]);
        if matches!(parameter.role, Role::Weight | Role::Gamma) {
            scale = largest(&expected);
        }
        let what = format!("{name}: gradient of {}", parameter.name());
        close(&what, &entries(got).unwrap(), &expected, scale, tolerance);
    }
}

/// Checks that each entry differs by at most `tolerance` times the largest entry, or times `scale`.
fn close(what: &str, got: &[f64], expected: &[f64], scale: f64, tolerance: f64) {
    assert_eq!(got.len(), expected.len(), "{what}");
    let scale = largest(expected).max(scale);
    for (got, expected) in got.iter().zip(expected) {
        let off = (got - expected).abs() / scale;
        assert!(
            off <= tolerance || got == expected,
            "{what}: {got}, PyTorch {expected}, off by {off:e}"
        );
    }
}

fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |largest, x| x.abs().max(largest))
}

fn numbers(list: &Value) -> Vec<f64> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|x| x.as_f64().unwrap())
        .collect()
}

/// The settings of a case, by way of a sweep file.
fn settings_of(case: &Value, precision: Precision) -> Settings {
    let (loss, output) = (&case["loss"], case["output"].as_str().unwrap());
    // The one pair that files refuse, because a softmax has a better loss.
    let refused = loss == "mse" && output == "softmax";
    let classes = case["classes"].as_u64().unwrap();
    let data = match classes {
        0 => NUMBERS.to_owned(),
        _ if refused => NUMBERS.to_owned(),
        2 => TWO_CLASSES.to_owned(),
        _ => format!("source = \"blobs\"\nclasses = {classes}"),
    };
    let mut lines = shape(case);
    let mut line = |key: &str, value: String| lines.push(format!("{key} = {value}"));
    line("precision", format!("{:?}", precision.name()));
    line("loss", toml(loss));
    if !refused {
        line("output", format!("{output:?}"));
    }
    for (key, value) in case["optimizer"].as_object().unwrap() {
        let key = if key == "name" { "optimizer" } else { key };
        line(key, toml(value));
    }
    let keys = [
        "activation",
        "batch_norm",
        "layer_norm",
        "dropout",
        "lr",
        "schedule",
        "warmup",
        "clip_norm",
        "clip_value",
        "l1",
        "weight_decay",
    ];
    for key in keys.into_iter().filter(|key| !case[*key].is_null()) {
        line(key, toml(&case[key]));
    }
    let labels = &case["labels"];
    if !labels["smoothing"].is_null() {
        line("label_smoothing", toml(&labels["smoothing"]));
    }
    let weights = &labels["weights"];
    if weights.is_string() {
        line("class_weights", toml(weights));
    } else if !weights.is_null() {
        line("class_weights", toml(&weights["each"]));
    }
    Settings {
        output: common::output(output),
        ..of_file(&data, &lines.join("\n"))
    }
}

/// The lines of a file that give the network's shape.
fn shape(case: &Value) -> Vec<String> {
    let hidden = numbers(&case["hidden"]);
    match case["block"].as_u64().unwrap() {
        0 => vec![format!("hidden = {}", case["hidden"])],
        block => vec![
            "model = \"residual\"".to_owned(),
            format!("depth = {}", hidden.len() - 1),
            format!("width = {}", hidden[0]),
            format!("block = {block}"),
        ],
    }
}

/// A value of a case as a file has it. Cases name the parameters of a loss or a schedule; files name its kind.
fn toml(value: &Value) -> String {
    if let Some(delta) = value["huber"]["delta"].as_f64() {
        return format!("{{ huber = {delta} }}");
    }
    if let Some(factor) = value["exponential"].as_f64() {
        return format!("{{ exponential = {factor} }}");
    }
    let step = &value["step"];
    if step.is_null() {
        return value.to_string();
    }
    format!(
        "{{ step = {}, factor = {} }}",
        step["every"], step["factor"]
    )
}

/// What is trained otherwise than PyTorch would train it must not pass for want of a case.
#[test]
fn every_word_is_compared_with_pytorch() {
    let cases = cases();
    for key in [
        "activation",
        "output",
        "loss",
        "optimizer",
        "schedule",
        "batch_norm",
        "layer_norm",
    ] {
        let used: Vec<String> = cases
            .iter()
            .map(|(_, case)| case[key].to_string())
            .collect();
        for word in words_of(key).into_iter().filter(|word| *word != "constant") {
            assert!(
                used.iter()
                    .any(|used| used.contains(&format!("\"{word}\""))),
                "{key}: {word}"
            );
        }
    }
}
