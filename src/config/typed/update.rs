//! The update side of a cell: its rule, and its rate over time.

use super::parts::{flag, real, record, variant};
use crate::config::choices::{ClipName, OptimizerName, RateName, ScheduleName};
use crate::config::conflicts::{Clash, unimplemented};
use crate::config::registry::Values;
use crate::config::rules::number;
use crate::config::settings::{Clip, LrSchedule, OptimizerSettings};
use crate::config::value::Value;

/// The update rule with its own numbers.
///
/// # Errors
/// A word that is not implemented.
pub(super) fn optimizer(values: &Values) -> Result<OptimizerSettings, Clash> {
    let number = |key| real(values, key);
    let (beta1, beta2, epsilon) = (number("beta1"), number("beta2"), number("epsilon"));
    let momentum = number("momentum");
    Ok(match variant(values, "optimizer", OptimizerName::of)? {
        OptimizerName::Sgd => OptimizerSettings::Sgd {
            momentum,
            nesterov: flag(values, "nesterov"),
        },
        OptimizerName::Adam => OptimizerSettings::Adam {
            beta1,
            beta2,
            epsilon,
        },
        OptimizerName::AdamW => OptimizerSettings::AdamW {
            beta1,
            beta2,
            epsilon,
        },
        OptimizerName::RmsProp => OptimizerSettings::RmsProp {
            beta2,
            epsilon,
            momentum,
        },
        OptimizerName::AdaGrad => OptimizerSettings::AdaGrad {
            epsilon,
            lr_decay: number("lr_decay"),
        },
    })
}

/// How the rate moves. A factor of 1 leaves it as it is.
///
/// # Errors
/// A word or a record that is not implemented.
pub(super) fn schedule(values: &Values) -> Result<LrSchedule, Clash> {
    const KEY: &str = "schedule";
    let Some((name, numbers)) = values.get(KEY).and_then(record) else {
        return Ok(match variant(values, KEY, ScheduleName::of)? {
            ScheduleName::Constant => LrSchedule::Constant,
            ScheduleName::Cosine => LrSchedule::Cosine,
        });
    };
    let moved = match (name, numbers.as_slice()) {
        ("exponential", [factor]) => (*factor != 1.0).then_some(LrSchedule::Exponential(*factor)),
        ("step", [every, factor]) => (*factor != 1.0).then_some(LrSchedule::Step {
            every: *every as usize,
            factor: *factor,
        }),
        (other, _) => return Err(unimplemented(KEY, other)),
    };
    Ok(moved.unwrap_or(LrSchedule::Constant))
}

/// The learning rate; 0 of a solver that finds its own.
///
/// # Errors
/// A word that is not implemented.
pub(super) fn rate(values: &Values) -> Result<f64, Clash> {
    match values.get("lr") {
        Some(Value::Text(_)) => match variant(values, "lr", RateName::of)? {
            RateName::Auto => Ok(0.0),
        },
        _ => Ok(real(values, "lr")),
    }
}

/// What the gradient is clipped to.
///
/// # Errors
/// A word that is not implemented.
pub(super) fn clip(values: &Values) -> Result<Clip, Clash> {
    let bound = |key| match values.get(key) {
        Some(Value::Text(_)) => match variant(values, key, ClipName::of)? {
            ClipName::None => Ok(None),
        },
        _ => Ok(number(values, key)),
    };
    Ok(Clip {
        norm: bound("clip_norm")?,
        value: bound("clip_value")?,
    })
}
