//! Conflicts of label smoothing and class weights with the loss, the solver or the classes.

use super::{Clash, clash};
use crate::spec::rules::{self, Target, number};
use crate::spec::value::{Value, Values};

/// Label smoothing needs the cross-entropy of a softmax.
pub(super) fn smoothing(values: &Values) -> Vec<Clash> {
    let loss = rules::loss(values);
    let asked = number(values, "label_smoothing").unwrap_or(0.0) != 0.0;
    if !asked || rules::is_risk(values) || loss == "cross-entropy" {
        return Vec::new();
    }
    let two = rules::target(values) == Target::Classes(2);
    vec![clash(
        &["label_smoothing", "loss"],
        format!("the loss `{loss}` ignores `label_smoothing`"),
        format!("expected 0 with `loss = \"{loss}\"`"),
        match two {
            true => "use `loss = \"cross-entropy\"`, or vary both keys together in a [zip.…] table",
            false => "remove it; it is for `loss = \"cross-entropy\"`",
        },
    )]
}

/// Class weights need a classification loss, one weight per class, and step-by-step training.
pub(super) fn weights(values: &Values) -> Vec<Clash> {
    let weights = match values.get("class_weights") {
        Some(Value::List(weights)) => Some(weights.len()),
        Some(Value::Text(word)) if word == "balanced" => None,
        _ => return Vec::new(),
    };
    if rules::is_risk(values) {
        return Vec::new();
    }
    let loss = rules::loss(values);
    if !["bce", "cross-entropy"].contains(&loss) {
        return vec![clash(
            &["class_weights", "loss"],
            format!("the loss `{loss}` ignores `class_weights`"),
            format!("expected \"none\" with `loss = \"{loss}\"`"),
            "remove them; they are for `loss = \"bce\"` and `loss = \"cross-entropy\"`",
        )];
    }
    if !rules::is_trained(values) {
        return vec![clash(
            &["class_weights", "solver"],
            "solvers ignore `class_weights`",
            "expected no class weights with this solver",
            "remove them, or set `solver = \"trainer\"`",
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
