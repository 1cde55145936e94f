//! Conflicts of an optimizer with keys that it ignores, and of a warm-up with the number of steps.

use super::clash::{Clash, clash, unused};
use crate::config::choices::OptimizerName;
use crate::config::registry::Values;
use crate::config::rules;
use crate::config::rules::{count, number};
use crate::config::value::Value;

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
    let [without_momentum, without_nesterov] = lacks(rule);
    let asked = [
        ("momentum", momentum, without_momentum),
        ("nesterov", nesterov, without_nesterov),
    ];
    let ignored = asked.into_iter().filter(|(_, asked, _)| *asked);
    let ignored = ignored.filter_map(|(key, _, lacks)| {
        let rule = rule.name();
        Some(unused(
            [key, "optimizer"],
            format!("`{rule}` ignores it"),
            format!("`{rule}` has {}", lacks?),
            "remove it, or use `optimizer = \"sgd\"`",
        ))
    });
    let mut found: Vec<Clash> = ignored.collect();
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

/// Returns what a rule has in place of `momentum` and of `nesterov`; none where it does what the key asks.
fn lacks(rule: OptimizerName) -> [Option<&'static str>; 2] {
    match rule {
        OptimizerName::Sgd => [None, None],
        OptimizerName::Adam | OptimizerName::AdamW => [Some("`beta1` in place of momentum"); 2],
        OptimizerName::AdaGrad => [Some("no momentum"); 2],
        OptimizerName::RmsProp => [None, Some("plain momentum only")],
    }
}

/// Returns a conflict if training ends before the warm-up.
pub(super) fn warmup(values: &Values) -> Vec<Clash> {
    let (Some(warmup), Some(updates)) = (count(values, "warmup"), rules::updates(values)) else {
        return Vec::new();
    };
    if warmup < updates || warmup == 0 || !rules::is_trained(values) {
        return Vec::new();
    }
    let budget = match rules::given(values, "steps") {
        true => "steps",
        false => "epochs",
    };
    vec![clash(
        &["warmup", budget],
        format!(
            "the warm-up of {warmup} updates is not shorter than the training of {updates} updates"
        ),
        format!("expected fewer than {updates}"),
        format!("use a shorter `warmup`, or more `{budget}`"),
    )]
}
