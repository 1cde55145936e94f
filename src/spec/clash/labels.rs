//! What is made of classes under a loss that knows none, or of other classes than there are.

use super::{Clash, clash};
use crate::spec::choices::{ClassWeightsName, LossName};
use crate::spec::rules::{self, Target, number};
use crate::spec::value::{Value, Values};

/// Smoothed labels are for the cross-entropy of a softmax.
pub(super) fn smoothing(values: &Values) -> Vec<Clash> {
    let asked = number(values, "label_smoothing").unwrap_or(0.0) != 0.0;
    if !asked || rules::is_risk(values) {
        return Vec::new();
    }
    let loss = match rules::loss(values) {
        Some(LossName::CrossEntropy) | None => return Vec::new(),
        Some(loss @ (LossName::Mse | LossName::Mae | LossName::Huber | LossName::Bce)) => {
            loss.name()
        }
    };
    let two = rules::target(values) == Target::Classes(2);
    vec![clash(
        &["label_smoothing", "loss"],
        format!("`label_smoothing` does nothing under the loss `{loss}`"),
        format!("expected 0 with `loss = \"{loss}\"`"),
        match two {
            true => "take `loss = \"cross-entropy\"`, or vary the two together in a [zip.…] table",
            false => "it is for `loss = \"cross-entropy\"`; leave it out",
        },
    )]
}

/// Weights are for the losses of classes, one for each of them, and for the trainer.
pub(super) fn weights(values: &Values) -> Vec<Clash> {
    let weights = match values.get("class_weights") {
        Some(Value::List(weights)) => Some(weights.len()),
        Some(Value::Text(word)) => match ClassWeightsName::of(word) {
            Some(ClassWeightsName::Balanced) => None,
            Some(ClassWeightsName::None) | None => return Vec::new(),
        },
        _ => return Vec::new(),
    };
    if rules::is_risk(values) {
        return Vec::new();
    }
    let unweighted = match rules::loss(values) {
        Some(LossName::Bce | LossName::CrossEntropy) | None => None,
        Some(loss @ (LossName::Mse | LossName::Mae | LossName::Huber)) => Some(loss.name()),
    };
    if let Some(loss) = unweighted {
        return vec![clash(
            &["class_weights", "loss"],
            format!("`class_weights` do nothing under the loss `{loss}`"),
            format!("expected \"none\" with `loss = \"{loss}\"`"),
            "they are for `loss = \"bce\"` and `loss = \"cross-entropy\"`; leave them out",
        )];
    }
    if !rules::is_trained(values) {
        return vec![clash(
            &["class_weights", "solver"],
            "a solver knows nothing of weights: `class_weights` are for the trainer",
            "expected none of it with this solver",
            "drop them, or take `solver = \"none\"`",
        )];
    }
    match (weights, rules::target(values)) {
        (Some(n), Target::Classes(k)) if n as i64 != k => vec![clash(
            &["class_weights", "data.source", "data.classes"],
            format!("`class_weights` has {n} weights for {k} classes"),
            format!("expected {k} weights, one per class"),
            "give as many, in the order of the classes, or \"balanced\"",
        )],
        _ => Vec::new(),
    }
}
