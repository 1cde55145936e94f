//! Facts about the data of a run, and the losses of the best constant and the best linear model.

use super::trajectory::rounded;
use crate::config::Settings;
use crate::config::settings::{Loss, ModelSettings};
use crate::trace::{DataFacts, FeatureScales, Real};
use crate::train::Job;
use crate::train::components::{outputs, risk};
use crate::train::datasets::{Criterion, Dataset, LinearFit, Rows};
use crate::train::recorder::known_losses::LossTargets;
use crate::train::rows::class_weights;

/// Returns the data facts of a trace. For a one-weight model, the feature is its weight, and L₀ its highest local
/// minimum, so that a run stuck there has skill 0.
pub fn facts(job: &Job) -> DataFacts {
    match (&job.settings.model, &job.data) {
        (ModelSettings::Risk(formula), _) => DataFacts {
            features: vec!["w".to_owned()],
            target: "R(w)".to_owned(),
            constant_train_loss: Real(risk::highest_minimum(*formula)),
            ..DataFacts::default()
        },
        (_, None) => DataFacts::default(),
        (_, Some(data)) => of_rows(job, data),
    }
}

fn of_rows(job: &Job, data: &Dataset) -> DataFacts {
    let columns = outputs(job.settings, data.classes.len(), data.train.targets);
    let weights = class_weights(job.settings, data);
    let wanted = |rows| LossTargets::new(job.settings, rows, columns, weights.as_deref());
    let (train, validation) = (wanted(&data.train), wanted(&data.validation));
    let constant = train.best_constant();
    let loss = |wanted: &LossTargets, says: &[f64]| Real(wanted.mean_loss(says));
    let validated = |says: &[f64]| {
        let rows = &data.validation;
        (!rows.is_empty()).then(|| loss(&validation, says))
    };
    let lowest = |rows: &Rows, wanted: &LossTargets| {
        let smoothed = job.settings.labels.smoothing != 0.0 && !rows.is_empty();
        smoothed.then(|| loss(wanted, &wanted.perfect()))
    };
    let linear = data.linear_fit(criterion(job.settings, data, weights.clone()));
    let says = |of: fn(&LinearFit) -> &[f64]| {
        let linear = linear.as_deref();
        linear.map(|linear| answers(linear.columns, of(linear), columns))
    };
    let short = |loss: Real| five_digits(loss.0);
    DataFacts {
        features: data.features.clone(),
        target: data.target.clone(),
        targets: data.targets.clone(),
        classes: data.classes.clone(),
        train_rows: data.train.len() as u64,
        validation_rows: data.validation.len() as u64,
        test_rows: data.test.len() as u64,
        constant_train_loss: loss(&train, &constant),
        constant_validation_loss: validated(&constant),
        linear_train_loss: says(|linear| &linear.train).map(|says| short(loss(&train, &says))),
        linear_validation_loss: says(|linear| &linear.validation)
            .and_then(|says| validated(&says))
            .map(short),
        lowest_train_loss: lowest(&data.train, &train),
        lowest_validation_loss: lowest(&data.validation, &validation),
        scales: scales(data),
    }
}

/// Returns the loss that the best linear model of a run minimizes.
fn criterion(settings: &Settings, data: &Dataset, weights: Option<Vec<f64>>) -> Criterion {
    match settings.loss {
        _ if !data.classes.is_empty() => Criterion::Entropy {
            smoothing: settings.labels.smoothing,
            weights: weights.unwrap_or_default(),
        },
        Loss::Mae => Criterion::Absolute,
        Loss::Huber { delta } => Criterion::Huber(delta),
        Loss::Mse | Loss::Bce | Loss::CrossEntropy => Criterion::Squares,
    }
}

/// Returns predictions with as many columns as the run has outputs; one output is that of the second of two classes.
fn answers(have: usize, says: &[f64], columns: usize) -> Vec<f64> {
    match (have, columns) {
        (2, 1) => says.iter().skip(1).step_by(2).copied().collect(),
        _ => says.to_vec(),
    }
}

/// Rounds to five digits, because a fit is approximate and traces should be small.
fn five_digits(x: f64) -> Real {
    Real(rounded(x, 5))
}

/// Returns the scales of the features: 0 if all are constant, `None` without features.
fn scales(data: &Dataset) -> Option<FeatureScales> {
    let scales = data.scales();
    let sds = || scales.iter().map(|(_, sd)| *sd);
    let means = scales.iter().map(|(mean, _)| mean.abs());
    let scales = FeatureScales {
        lowest_sd: five_digits(sds().reduce(f64::min).unwrap_or(0.0)),
        highest_sd: five_digits(sds().fold(0.0, f64::max)),
        highest_mean: five_digits(means.fold(0.0, f64::max)),
    };
    (!data.features.is_empty()).then_some(scales)
}
