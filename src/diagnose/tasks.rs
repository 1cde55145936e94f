//! What two cells have in common, as keys: the same task, the same network at the start.

use crate::spec::settings::{
    Batch, Budget, Clip, DataSettings, Labels, Loss, Optimizer, Sampling, Schedule, Settings,
};
use std::fmt::Debug;

/// What there is to learn, as a key: the rows and the loss, with what it makes of their classes.
pub(super) fn task(settings: &Settings) -> String {
    key(&(rows(settings), settings.loss, &settings.labels))
}

/// The rows, however they are handed to a network.
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

/// Everything but the update rule with its own keys and the rate over time, as a key.
pub(super) fn but_for_optimizer(settings: &Settings) -> String {
    key(&Settings {
        optimizer: PLAIN,
        lr: 1.0,
        schedule: Schedule::Constant,
        warmup: 0,
        ..settings.clone()
    })
}

/// The network before training and the rows that it sees, as a key: what it is trained by may differ.
pub(super) fn start(settings: &Settings) -> String {
    key(&Settings {
        dropout: 0.0,
        loss: Loss::Mse,
        labels: Labels::default(),
        optimizer: PLAIN,
        lr: 1.0,
        schedule: Schedule::Constant,
        warmup: 0,
        clip: Clip::default(),
        l1: 0.0,
        weight_decay: 0.0,
        batch: Batch::Full,
        sampling: Sampling::Epochs,
        budget: Budget::Steps(0),
        stop_at: None,
        patience: None,
        ..settings.clone()
    })
}

const PLAIN: Optimizer = Optimizer::Sgd {
    momentum: 0.0,
    nesterov: false,
};

/// Whether a cell has neither momentum nor a rule that gives every weight a rate of its own.
pub(super) fn is_plain(settings: &Settings) -> bool {
    matches!(settings.optimizer, Optimizer::Sgd { momentum: 0.0, .. })
}

/// Whether a cell has momentum, Adam's first moment being one.
pub(super) fn has_momentum(settings: &Settings) -> bool {
    match settings.optimizer {
        Optimizer::Sgd { momentum, .. } | Optimizer::RmsProp { momentum, .. } => momentum != 0.0,
        Optimizer::Adam { .. } | Optimizer::AdamW { .. } => true,
        Optimizer::AdaGrad { .. } => false,
    }
}

/// Values that are equal have equal keys, and others have not; keys are never stored.
fn key(value: &impl Debug) -> String {
    format!("{value:?}")
}
