//! Conflicts of an optimizer with keys that it ignores, and of a warm-up with the number of steps.

use super::{Clash, clash};
use crate::spec::rules::{self, count, number, word};
use crate::spec::value::{Value, Values};

/// Returns conflicts of `momentum` and `nesterov` with the optimizer, and of `nesterov` with a momentum of 0.
pub(super) fn optimizer(values: &Values) -> Vec<Clash> {
    if !rules::is_trained(values) {
        return Vec::new();
    }
    let momentum = number(values, "momentum").unwrap_or(0.0) != 0.0;
    let nesterov = values.get("nesterov") == Some(&Value::Bool(true));
    let rule = word(values, "optimizer");
    let asked = [
        ("momentum", momentum, "0.0"),
        ("nesterov", nesterov, "false"),
    ];
    let idle = asked.into_iter().filter(|(_, asked, _)| *asked);
    let idle = idle
        .filter_map(|(key, _, neutral)| Some(idle_key(rule, key, neutral, instead(rule, key)?)));
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

/// Returns what an optimizer has instead of a key; `None` if it uses the key.
fn instead(rule: &str, key: &str) -> Option<&'static str> {
    match (rule, key) {
        ("adam" | "adamw", _) => Some("use `beta1` instead"),
        ("adagrad", _) => Some("it has no momentum"),
        ("rmsprop", "nesterov") => Some("it has plain momentum only"),
        _ => None,
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
