//! Comparison keys of cells: the same task, the same initial network.

use crate::config::settings::{
    BatchSize, Budget, Clip, DataSettings, Labels, Loss, LrSchedule, OptimizerSettings, Sampling,
    Settings,
};
use std::fmt::Debug;

/// Returns the key of a task: rows, loss, and the treatment of labels.
pub(super) fn task(settings: &Settings) -> String {
    key(&(rows(settings), settings.loss, &settings.labels))
}

/// Returns the data settings without those that only scale, split or limit the rows.
pub fn rows(settings: &Settings) -> DataSettings {
    DataSettings {
        scales: Vec::new(),
        offsets: Vec::new(),
        standardize: false,
        max_rows: None,
        folds: None,
        ..settings.data.clone()
    }
}

/// Returns the key of all settings but optimizer and learning rate.
pub(super) fn but_for_optimizer(settings: &Settings) -> String {
    key(&Settings {
        optimizer: PLAIN,
        lr: 1.0,
        schedule: LrSchedule::Constant,
        warmup: 0,
        ..settings.clone()
    })
}

/// Returns the key of the initial network and its rows; loss and training may differ.
pub(super) fn start(settings: &Settings) -> String {
    key(&Settings {
        dropout: 0.0,
        loss: Loss::Mse,
        labels: Labels::default(),
        optimizer: PLAIN,
        lr: 1.0,
        schedule: LrSchedule::Constant,
        warmup: 0,
        clip: Clip::default(),
        l1: 0.0,
        weight_decay: 0.0,
        batch: BatchSize::Full,
        sampling: Sampling::Epochs,
        budget: Budget::Steps(0),
        stop_at: None,
        patience: None,
        ..settings.clone()
    })
}

const PLAIN: OptimizerSettings = OptimizerSettings::Sgd {
    momentum: 0.0,
    nesterov: false,
};

/// Returns whether a cell trains with plain SGD, without momentum.
pub(super) fn is_plain(settings: &Settings) -> bool {
    matches!(
        settings.optimizer,
        OptimizerSettings::Sgd { momentum: 0.0, .. }
    )
}

/// Returns whether a cell has momentum; Adam's first moment counts.
pub(super) fn has_momentum(settings: &Settings) -> bool {
    match settings.optimizer {
        OptimizerSettings::Sgd { momentum, .. } | OptimizerSettings::RmsProp { momentum, .. } => {
            momentum != 0.0
        }
        OptimizerSettings::Adam { .. } | OptimizerSettings::AdamW { .. } => true,
        OptimizerSettings::AdaGrad { .. } => false,
    }
}

/// Returns a key that is equal for equal values only. Keys are never stored.
fn key(value: &impl Debug) -> String {
    format!("{value:?}")
}
