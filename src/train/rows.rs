//! The rows of a data set as tensors in the precision of the run.

use super::Job;
use crate::config::settings::{ClassWeights, Labels, ModelSettings, Settings};
use crate::train::components::{Batch, RowWeights, dtype, outputs};
use crate::train::datasets::{Dataset, Rows};
use candle_core::{DType, Device, Result, Tensor, bail};

/// The error of a network without rows.
pub const NO_ROWS: &str =
    "there are no training rows; set data.source, or lower validation and test";

/// The rows of a run.
#[derive(Debug)]
pub struct Split {
    /// Training rows.
    pub train: Batch,
    /// Validation rows.
    pub validation: Option<Batch>,
    /// Test rows.
    pub test: Option<Batch>,
}

impl Split {
    /// Returns the rows of a job. A one-weight model has a single unused row, so that an epoch is a step.
    ///
    /// # Errors
    /// Errors of candle, and a network without rows.
    pub fn new(job: &Job) -> Result<Split> {
        if let ModelSettings::Risk(_) = job.settings.model {
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

    /// Returns the number of columns of x.
    pub fn features(&self) -> usize {
        self.train.x.dims()[1]
    }

    /// Returns the number of columns of y.
    pub fn outputs(&self) -> usize {
        self.train.y.dims()[1]
    }

    /// Returns the number n of training rows.
    pub fn train_rows(&self) -> usize {
        self.train.x.dims()[0]
    }
}

/// Returns rows with `d` features as tensors.
///
/// # Errors
/// Errors of candle.
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

/// Returns the class weights; `None` for equal weights.
pub fn class_weights(settings: &Settings, data: &Dataset) -> Option<Vec<f64>> {
    let weights = &settings.labels.weights;
    if *weights == ClassWeights::Equal || data.classes.is_empty() {
        return None;
    }
    let mut rows = vec![0; data.classes.len()];
    data.train.y.iter().for_each(|y| rows[*y as usize] += 1);
    weights.of(&rows)
}

/// Returns the rows with weights from their classes.
///
/// # Errors
/// Errors of candle.
pub fn weighted(batch: Batch, settings: &Settings, rows: &Rows, of_class: &[f64]) -> Result<Batch> {
    let own: Vec<f64> = rows.y.iter().map(|y| of_class[*y as usize]).collect();
    let columns = batch.y.dims()[1];
    let entries = match columns {
        1 => own.clone(),
        // Each part of a smoothed label has the weight of its class.
        _ => of_class.repeat(rows.len()),
    };
    let weights = RowWeights {
        entries: matrix(settings, (entries, columns))?,
        rows: matrix(settings, (own, 1))?,
    };
    Ok(Batch {
        weights: Some(weights),
        ..batch
    })
}

/// Returns values with this number of columns as a tensor, row-major.
///
/// # Errors
/// Errors of candle.
pub fn matrix(settings: &Settings, (values, columns): (Vec<f64>, usize)) -> Result<Tensor> {
    Tensor::from_vec(values, ((), columns), &Device::Cpu)?.to_dtype(dtype(settings.precision))
}

/// Returns the chosen rows, without a copy if all are chosen.
///
/// # Errors
/// Errors of candle.
pub fn gather(rows: &Batch, chosen: &[u32]) -> Result<Batch> {
    if chosen.len() == rows.x.dim(0)? {
        return Ok(rows.clone());
    }
    let chosen = Tensor::new(chosen, &Device::Cpu)?;
    rows.each(|rows| rows.index_select(&chosen, 0))
}

/// Returns the target values, row-major. For classes, returns smoothed one-hot rows.
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
