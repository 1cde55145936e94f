//! The rows of a data set as tensors of the run's precision.

use super::Job;
use crate::data::{Dataset, Rows};
use crate::nn::{Batch, Weights, dtype, outputs};
use crate::spec::settings::{ClassWeights, Labels, Model, Settings};
use candle_core::{DType, Device, Result, Tensor, bail};

/// Why a predictor without rows can't be trained.
pub const NO_ROWS: &str =
    "there are no rows to train on; give data.source, or fewer rows to validation and test";

/// The rows of a run.
#[derive(Debug)]
pub struct Split {
    /// To fit the weights on.
    pub train: Batch,
    /// To choose by.
    pub validation: Option<Batch>,
    /// To judge by.
    pub test: Option<Batch>,
}

impl Split {
    /// The rows of a job; a one-weight risk has a single row that says nothing, so that an epoch
    /// is a step.
    ///
    /// # Errors
    /// Those of candle, and a predictor without rows.
    pub fn new(job: &Job) -> Result<Split> {
        if let Model::Risk(_) = job.settings.model {
            let nothing = Tensor::zeros((1, 1), DType::F64, &Device::Cpu)?;
            let train = Batch {
                x: nothing.clone(),
                y: nothing,
                weights: None,
                masks: Vec::new(),
            };
            return Ok(Split {
                train,
                validation: None,
                test: None,
            });
        }
        let Some(data) = job.data.as_ref().filter(|data| !data.train.is_empty()) else {
            bail!("{NO_ROWS}")
        };
        let (d, classes) = (data.features.len(), data.classes.len());
        let of_class = class_weights(job.settings, data);
        let some_of = |rows: &Rows| -> Result<Batch> {
            let batch = tensors(job.settings, rows, d, classes)?;
            match &of_class {
                Some(of_class) => weighted(batch, job.settings, rows, of_class),
                None => Ok(batch),
            }
        };
        let some = |rows: &Rows| match rows.is_empty() {
            true => Ok(None),
            false => some_of(rows).map(Some),
        };
        Ok(Split {
            train: some_of(&data.train)?,
            validation: some(&data.validation)?,
            test: some(&data.test)?,
        })
    }

    /// Columns of x.
    pub fn features(&self) -> usize {
        self.train.x.dims()[1]
    }

    /// Columns of y.
    pub fn outputs(&self) -> usize {
        self.train.y.dims()[1]
    }

    /// n.
    pub fn train_rows(&self) -> usize {
        self.train.x.dims()[0]
    }
}

/// Some rows with `d` features as tensors.
///
/// # Errors
/// Those of candle.
pub fn tensors(settings: &Settings, rows: &Rows, d: usize, classes: usize) -> Result<Batch> {
    let columns = outputs(settings, classes, rows.targets);
    Ok(Batch {
        x: matrix(settings, (rows.x.to_vec(), d))?,
        y: matrix(
            settings,
            (targets(rows, columns, &settings.labels), columns),
        )?,
        weights: None,
        masks: Vec::new(),
    })
}

/// What every class counts for; none where all count the same.
pub fn class_weights(settings: &Settings, data: &Dataset) -> Option<Vec<f64>> {
    let weights = &settings.labels.weights;
    if *weights == ClassWeights::Equal || data.classes.is_empty() {
        return None;
    }
    let mut rows = vec![0; data.classes.len()];
    data.train.y.iter().for_each(|y| rows[*y as usize] += 1);
    weights.of(&rows)
}

/// The same rows, with what they count for by the weight of each class.
///
/// # Errors
/// Those of candle.
pub fn weighted(batch: Batch, settings: &Settings, rows: &Rows, of_class: &[f64]) -> Result<Batch> {
    let own: Vec<f64> = rows.y.iter().map(|y| of_class[*y as usize]).collect();
    let columns = batch.y.dims()[1];
    let entries = match columns {
        1 => own.clone(),
        // Each part of a smoothed label has the weight of its class.
        _ => of_class.repeat(rows.len()),
    };
    let weights = Weights {
        entries: matrix(settings, (entries, columns))?,
        rows: matrix(settings, (own, 1))?,
    };
    Ok(Batch {
        weights: Some(weights),
        ..batch
    })
}

/// Values with this many columns as a tensor, row after row.
///
/// # Errors
/// Those of candle.
pub fn matrix(settings: &Settings, (values, columns): (Vec<f64>, usize)) -> Result<Tensor> {
    Tensor::from_vec(values, ((), columns), &Device::Cpu)?.to_dtype(dtype(settings.precision))
}

/// These rows of all rows; no copy where all are wanted.
///
/// # Errors
/// Those of candle.
pub fn gather(rows: &Batch, chosen: &[u32]) -> Result<Batch> {
    if chosen.len() == rows.x.dim(0)? {
        return Ok(rows.clone());
    }
    let chosen = Tensor::new(chosen, &Device::Cpu)?;
    rows.each(|rows| rows.index_select(&chosen, 0))
}

/// The values, row after row; or a row for every class, with 1 in its column and 0 elsewhere, smoothed as the labels say.
pub fn targets(rows: &Rows, columns: usize, labels: &Labels) -> Vec<f64> {
    if columns == rows.targets {
        return rows.y.clone();
    }
    let others = labels.smoothing / columns as f64;
    let own = 1.0 - labels.smoothing + others;
    let of_class = |class: &f64| {
        let class = *class as usize;
        (0..columns).map(move |k| if k == class { own } else { others })
    };
    rows.y.iter().flat_map(of_class).collect()
}
