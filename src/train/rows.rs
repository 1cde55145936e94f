//! The rows of a data set as tensors of the run's precision.

use super::Job;
use crate::data::Rows;
use crate::nn::{Batch, dtype, outputs};
use crate::spec::settings::{Model, Settings};
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
        let some = |rows: &Rows| match rows.is_empty() {
            true => Ok(None),
            false => tensors(job.settings, rows, d, classes).map(Some),
        };
        Ok(Split {
            train: tensors(job.settings, &data.train, d, classes)?,
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
    let columns = outputs(settings, classes);
    Ok(Batch {
        x: matrix(settings, (rows.x.to_vec(), d))?,
        y: matrix(settings, (targets(&rows.y, columns), columns))?,
        masks: Vec::new(),
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
    Ok(Batch {
        x: rows.x.index_select(&chosen, 0)?,
        y: rows.y.index_select(&chosen, 0)?,
        masks: Vec::new(),
    })
}

/// The values, or one-hot rows of the classes.
pub fn targets(y: &[f64], columns: usize) -> Vec<f64> {
    if columns == 1 {
        return y.to_vec();
    }
    let one_hot = |class: &f64| {
        let class = *class as usize;
        (0..columns).map(move |k| f64::from(u8::from(k == class)))
    };
    y.iter().flat_map(one_hot).collect()
}
