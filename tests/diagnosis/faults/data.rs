//! Faults of the data: scales, offsets, too few rows.

use super::{Injection, Subject};
use crate::healthy::with_optimizer;
use crate::random::Random;
use crate::recipe::{Recipe, short};
use crate::sets::DataSet;
use sweep::diagnose::Code;

/// Returns a base with these scales or offsets, standardized, and the same without standardization.
fn raw(base: Recipe, key: &str, values: &[f64]) -> Injection {
    let values: Vec<String> = values.iter().map(|value| format!("{value:?}")).collect();
    let base = base.set(key, format_args!("[{}]", values.join(", ")));
    let base = base.without(&["batch_norm"]);
    let fault = base.clone().set("data.standardize", false);
    Injection::new(base, fault)
}

fn rows(subject: &Subject) -> Option<&'static DataSet> {
    match subject {
        Subject::Rows(set) => Some(set),
        Subject::Weight(_) => None,
    }
}

/// Features with very different scales, not standardized.
pub fn scaled(subject: &Subject, base: Recipe, random: &mut Random) -> Option<Injection> {
    let set = rows(subject).filter(|set| set.features > 1)?;
    let ratio = random.log_uniform(30.0, 1000.0);
    let last = (set.features - 1) as f64;
    let mut scales: Vec<f64> = (0..set.features)
        .map(|j| short(ratio.powf(j as f64 / last)).parse().unwrap_or(1.0))
        .collect();
    if random.chance(0.5) {
        scales.reverse();
    }
    Some(raw(base, "data.scales", &scales))
}

/// Features far from 0, not standardized: every weight then acts like the bias.
pub fn shifted(subject: &Subject, base: Recipe, random: &mut Random) -> Option<Injection> {
    let set = rows(subject)?;
    let offsets: Vec<f64> = (0..set.features)
        .map(|_| random.log_uniform(15.0, 100.0))
        .collect();
    Some(raw(base, "data.offsets", &offsets))
}

/// Features of one large scale, for neurons that saturate. Standardizing fixes it, so `ill-conditioned` is
/// correct too.
pub fn large_scale(subject: &Subject, base: Recipe, random: &mut Random) -> Option<Injection> {
    let set = rows(subject).filter(|set| set.is_nonlinear())?;
    let activation = random.pick(&["tanh", "tanh", "sigmoid"]);
    let depth = if activation == "tanh" {
        random.whole(1, 4)
    } else {
        1
    };
    let base = base
        .word("model", "mlp")
        .word("activation", activation)
        .set("depth", depth)
        .word("init", "lecun");
    let scales = vec![random.log_uniform(20.0, 200.0); set.features];
    Some(raw(base, "data.scales", &scales).also(&[Code::IllConditioned]))
}

/// Few noisy rows, a large network, Adam and a large budget. The base has early stopping. Rows with one feature
/// are too close together to be memorized.
pub fn memorized(subject: &Subject, base: Recipe, random: &mut Random) -> Option<Injection> {
    let set = rows(subject).filter(|set| set.features > 1)?;
    let rows = set.noisy();
    let mut kept = base.apart_from(&rows);
    kept.retain(|(key, _)| ["activation", "init", "model"].contains(key));
    let large = rows
        .clone()
        .edited(&kept)
        .set("depth", 2 * random.whole(1, 2))
        .set("width", random.whole(24, 32));
    let rate = random.log_uniform(0.003, 0.012);
    let fault = with_optimizer(large, "adam")
        .set("lr", rate)
        .set("batch", random.pick(&[8, 16, 32]));
    let fault = fault.set("epochs", random.whole(300, 600));
    Some(Injection::new(fault.clone().set("patience", 10), fault))
}
