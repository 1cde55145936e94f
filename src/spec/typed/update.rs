//! The update side of a cell: its rule, and its rate over time.

use super::{as_number, flag, real};
use crate::spec::rules::word;
use crate::spec::settings::{Optimizer, Schedule};
use crate::spec::value::{Value, Values};

/// The update rule with its own numbers.
pub(super) fn optimizer(values: &Values) -> Optimizer {
    let number = |key| real(values, key);
    let (beta1, beta2, epsilon) = (number("beta1"), number("beta2"), number("epsilon"));
    let momentum = number("momentum");
    match word(values, "optimizer") {
        "adam" => Optimizer::Adam {
            beta1,
            beta2,
            epsilon,
        },
        "adamw" => Optimizer::AdamW {
            beta1,
            beta2,
            epsilon,
        },
        "rmsprop" => Optimizer::RmsProp {
            beta2,
            epsilon,
            momentum,
        },
        "adagrad" => Optimizer::AdaGrad {
            epsilon,
            lr_decay: number("lr_decay"),
        },
        _ => Optimizer::Sgd {
            momentum,
            nesterov: flag(values, "nesterov"),
        },
    }
}

/// How the rate moves. A factor of 1 leaves it as it is.
pub(super) fn schedule(values: &Values) -> Schedule {
    let Some(Value::Table(fields)) = values.get("schedule") else {
        return match word(values, "schedule") {
            "cosine" => Schedule::Cosine,
            _ => Schedule::Constant,
        };
    };
    let numbers: Vec<f64> = fields.iter().filter_map(|(_, v)| as_number(v)).collect();
    match numbers[..] {
        [factor] if factor != 1.0 => Schedule::Exponential(factor),
        [every, factor] if factor != 1.0 => Schedule::Step {
            every: every as usize,
            factor,
        },
        _ => Schedule::Constant,
    }
}
