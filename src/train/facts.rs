//! The data of a run in numbers, and the risk of the best constant predictor.

use super::Job;
use super::rows::targets;
use crate::data::{Dataset, Rows};
use crate::nn::{outputs, risk};
use crate::spec::settings::{Loss, Model};
use crate::trace::{DataFacts, Real};

/// What the trace says of the data. Of a one-weight risk: its weight for a feature, and for L₀ its
/// highest local minimum, so that a skill of 0 is a run stuck there.
pub fn facts(job: &Job) -> DataFacts {
    match (&job.settings.model, &job.data) {
        (Model::Risk(formula), _) => DataFacts {
            features: vec!["w".to_owned()],
            target: "R(w)".to_owned(),
            constant_train_loss: Real(risk::highest_minimum(*formula)),
            ..nothing()
        },
        (_, None) => nothing(),
        (_, Some(data)) => of_rows(job, data),
    }
}

fn nothing() -> DataFacts {
    DataFacts {
        features: Vec::new(),
        target: String::new(),
        classes: Vec::new(),
        train_rows: 0,
        validation_rows: 0,
        test_rows: 0,
        constant_train_loss: Real(f64::NAN),
        constant_validation_loss: None,
    }
}

fn of_rows(job: &Job, data: &Dataset) -> DataFacts {
    let columns = outputs(job.settings, data.classes.len());
    let constant = means(&data.train, columns);
    let loss_of = |rows: &Rows| Real(constant_loss(job.settings.loss, &constant, rows));
    DataFacts {
        features: data.features.clone(),
        target: data.target.clone(),
        classes: data.classes.clone(),
        train_rows: data.train.len() as u64,
        validation_rows: data.validation.len() as u64,
        test_rows: data.test.len() as u64,
        constant_train_loss: loss_of(&data.train),
        constant_validation_loss: (!data.validation.is_empty()).then(|| loss_of(&data.validation)),
    }
}

/// The mean of every column of y: the best constant under each of the losses, be it the mean or
/// the frequencies of the classes.
fn means(rows: &Rows, columns: usize) -> Vec<f64> {
    let y = targets(&rows.y, columns);
    let mean = |k| y.iter().skip(k).step_by(columns).sum::<f64>() / rows.len() as f64;
    (0..columns).map(mean).collect()
}

/// The mean loss of a constant over rows.
fn constant_loss(loss: Loss, constant: &[f64], rows: &Rows) -> f64 {
    let y = targets(&rows.y, constant.len());
    let of_entry = |(y, c): (&f64, &f64)| match loss {
        Loss::Mse => (c - y).powi(2),
        Loss::Bce => -(times_ln(*y, *c) + times_ln(1.0 - y, 1.0 - c)),
        Loss::CrossEntropy => -times_ln(*y, *c),
    };
    let total: f64 = y.iter().zip(constant.iter().cycle()).map(of_entry).sum();
    let entries_per_mean = match loss {
        Loss::CrossEntropy => rows.len(),
        Loss::Mse | Loss::Bce => y.len(),
    };
    total / entries_per_mean as f64
}

/// a ln b, which is 0 for a = 0.
fn times_ln(a: f64, b: f64) -> f64 {
    if a == 0.0 { 0.0 } else { a * b.ln() }
}
