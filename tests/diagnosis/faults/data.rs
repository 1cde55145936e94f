//! Faults that lie between the rows and the network: scales, offsets, too few rows.

use super::{Injection, Subject};
use crate::draw::Draw;
use crate::healthy::with_optimizer;
use crate::recipe::{Recipe, short};
use crate::sets::DataSet;
use sweep::diagnose::Code;

/// The base with these scales or offsets, standardised; and the same as it is.
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

/// Features whose scales are far apart, not standardised.
pub fn scaled(subject: &Subject, base: Recipe, draw: &mut Draw) -> Option<Injection> {
    let set = rows(subject).filter(|set| set.features > 1)?;
    let ratio = draw.log(30.0, 1000.0);
    let last = (set.features - 1) as f64;
    let mut scales: Vec<f64> = (0..set.features)
        .map(|j| short(ratio.powf(j as f64 / last)).parse().unwrap_or(1.0))
        .collect();
    if draw.chance(0.5) {
        scales.reverse();
    }
    Some(raw(base, "data.scales", &scales))
}

/// Features far from zero, not standardised: every weight pulls at the bias.
pub fn shifted(subject: &Subject, base: Recipe, draw: &mut Draw) -> Option<Injection> {
    let set = rows(subject)?;
    let offsets: Vec<f64> = (0..set.features).map(|_| draw.log(15.0, 100.0)).collect();
    Some(raw(base, "data.offsets", &offsets))
}

/// Features all of one large scale under neurons that saturate. Standardising cures it, so that
/// naming the features is as right as naming the neurons.
pub fn magnified(subject: &Subject, base: Recipe, draw: &mut Draw) -> Option<Injection> {
    let set = rows(subject).filter(|set| set.is_bent())?;
    let activation = draw.pick(&["tanh", "tanh", "sigmoid"]);
    let depth = if activation == "tanh" {
        draw.whole(1, 4)
    } else {
        1
    };
    let base = base
        .word("model", "mlp")
        .word("activation", activation)
        .set("depth", depth)
        .word("init", "lecun");
    let scales = vec![draw.log(20.0, 200.0); set.features];
    Some(raw(base, "data.scales", &scales).also(&[Code::IllConditioned]))
}

/// Few noisy rows, a large network, Adam and much time; sound where patience stops it early. Over one
/// feature rows lie too close to be learned by heart.
pub fn by_heart(subject: &Subject, base: Recipe, draw: &mut Draw) -> Option<Injection> {
    let set = rows(subject).filter(|set| set.features > 1)?;
    let rows = set.noisy();
    let mut kept = base.apart_from(&rows);
    kept.retain(|(key, _)| ["activation", "init", "model"].contains(key));
    let large = rows
        .clone()
        .edited(&kept)
        .set("depth", 2 * draw.whole(1, 2))
        .set("width", draw.whole(24, 32));
    let rate = draw.log(0.003, 0.012);
    let fault = with_optimizer(large, "adam")
        .set("lr", rate)
        .set("batch", draw.pick(&[8, 16, 32]));
    let fault = fault.set("epochs", draw.whole(300, 600));
    Some(Injection::new(fault.clone().set("patience", 10), fault))
}
