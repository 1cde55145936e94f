//! Conflicts of label smoothing and class weights with the loss, the solver or the classes.

use super::clash::{Clash, clash, unused};
use crate::config::choices::{ClassWeightsName, LossName};
use crate::config::registry::Values;
use crate::config::rules;
use crate::config::rules::{Target, number};
use crate::config::value::Value;

/// Label smoothing needs the cross-entropy of a softmax.
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
    let classes = matches!(rules::target(values), Target::Classes(_) | Target::Unknown);
    vec![unused(
        ["label_smoothing", "loss"],
        format!("the loss `{loss}` ignores it"),
        "it needs the loss `cross-entropy`",
        match classes {
            true => "remove it, or use `loss = \"cross-entropy\"`",
            false => "remove it",
        },
    )]
}

/// Class weights need a classification loss, one weight per class, and step-by-step training.
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
        return vec![unused(
            ["class_weights", "loss"],
            format!("the loss `{loss}` ignores it"),
            "it needs the loss `bce` or `cross-entropy`",
            "remove it",
        )];
    }
    if !rules::is_trained(values) {
        return vec![unused(
            ["class_weights", "solver"],
            "solvers ignore it",
            "solvers have no class weights",
            "remove it, or set `solver = \"none\"`",
        )];
    }
    match (weights, rules::target(values)) {
        (Some(n), Target::Classes(k)) if n as i64 != k => vec![clash(
            &["class_weights", "data.source", "data.classes"],
            format!("`class_weights` has {n} weights, but there are {k} classes"),
            format!("expected {k} weights, one per class"),
            "list one weight per class in the order of the classes, or use \"balanced\"",
        )],
        _ => Vec::new(),
    }
}
