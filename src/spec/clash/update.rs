//! An update rule with what it has no use for, and a rate that is never reached.

use super::{Clash, clash};
use crate::spec::choices::OptimizerName;
use crate::spec::rules::{self, count, number};
use crate::spec::value::{Value, Values};

/// Momentum where a rule has none, and Nesterov's where there is none to look ahead along.
pub(super) fn optimizer(values: &Values) -> Vec<Clash> {
    if !rules::is_trained(values) {
        return Vec::new();
    }
    let momentum = number(values, "momentum").unwrap_or(0.0) != 0.0;
    let nesterov = values.get("nesterov") == Some(&Value::Bool(true));
    let Some(rule) = rules::optimizer(values) else {
        return Vec::new();
    };
    let [instead_of_momentum, instead_of_nesterov] = instead(rule);
    let asked = [
        ("momentum", momentum, "0.0", instead_of_momentum),
        ("nesterov", nesterov, "false", instead_of_nesterov),
    ];
    let idle = asked.into_iter().filter(|(_, asked, ..)| *asked);
    let idle = idle.filter_map(|(key, _, neutral, instead)| {
        Some(idle_key(rule.name(), key, neutral, instead?))
    });
    let mut found: Vec<Clash> = idle.collect();
    if found.is_empty() && nesterov && !momentum {
        found.push(clash(
            &["nesterov", "momentum"],
            "`nesterov` needs a momentum",
            "there is no velocity to look ahead along",
            "set `momentum`, 0.9 being usual, or `nesterov = false`",
        ));
    }
    found
}

/// What a rule has in place of `momentum` and of `nesterov`; none where it does what the key asks.
fn instead(rule: OptimizerName) -> [Option<&'static str>; 2] {
    match rule {
        OptimizerName::Sgd => [None, None],
        OptimizerName::Adam | OptimizerName::AdamW => [Some("`beta1` in its place"); 2],
        OptimizerName::AdaGrad => [Some("no velocity"); 2],
        OptimizerName::RmsProp => [None, Some("a plain momentum")],
    }
}

fn idle_key(rule: &str, key: &'static str, neutral: &str, instead: &str) -> Clash {
    clash(
        &[key, "optimizer"],
        format!("`{key}` does nothing under `{rule}`, which has {instead}"),
        format!("expected {neutral} with `optimizer = \"{rule}\"`"),
        format!("set `{key} = {neutral}` for {rule}, or vary the two together in a [zip.…] table"),
    )
}

/// A warm-up that training ends before.
pub(super) fn warmup(values: &Values) -> Vec<Clash> {
    let (Some(warmup), Some(Value::Integer(steps))) =
        (count(values, "warmup"), values.get("steps"))
    else {
        return Vec::new();
    };
    if warmup < *steps || !rules::is_trained(values) {
        return Vec::new();
    }
    vec![clash(
        &["warmup", "steps"],
        format!("training ends with {steps} steps, before a warm-up of {warmup}"),
        format!("expected fewer than {steps}"),
        "take a shorter `warmup`, or more `steps`",
    )]
}
