//! The update side of a cell: its rule.

use super::{flag, real};
use crate::spec::rules::word;
use crate::spec::settings::Optimizer;
use crate::spec::value::Values;

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
