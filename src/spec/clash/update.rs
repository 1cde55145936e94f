//! Conflicts of an optimizer with keys that it ignores, and of a warm-up with the number of steps.

use super::{Clash, clash};
use crate::spec::choices::OptimizerName;
use crate::spec::rules::{self, count, number};
use crate::spec::value::{Value, Values};

/// Returns conflicts of `momentum` and `nesterov` with the optimizer, and of `nesterov` with a momentum of 0.
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
            "`nesterov` needs `momentum`",
            "the momentum is 0",
            "set `momentum`, usually 0.9, or `nesterov = false`",
        ));
    }
    found
}

/// What a rule has in place of `momentum` and of `nesterov`; none where it does what the key asks.
fn instead(rule: OptimizerName) -> [Option<&'static str>; 2] {
    match rule {
        OptimizerName::Sgd => [None, None],
        OptimizerName::Adam | OptimizerName::AdamW => [Some("use `beta1` instead"); 2],
        OptimizerName::AdaGrad => [Some("it has no momentum"); 2],
        OptimizerName::RmsProp => [None, Some("it has plain momentum only")],
    }
}

fn idle_key(rule: &str, key: &'static str, neutral: &str, instead: &str) -> Clash {
    clash(
        &[key, "optimizer"],
        format!("`{rule}` ignores `{key}`; {instead}"),
        format!("expected {neutral} with `optimizer = \"{rule}\"`"),
        format!(
            "set `{key} = {neutral}` for {rule}, or vary both keys together in a [zip.…] table"
        ),
    )
}

/// Returns a conflict if training ends before the warm-up.
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
        format!(
            "the warm-up of {warmup} updates is not shorter than the {steps} steps of training"
        ),
        format!("expected fewer than {steps}"),
        "use a shorter `warmup`, or more `steps`",
    )]
}
