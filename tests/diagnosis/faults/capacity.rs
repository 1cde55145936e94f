//! Networks too small for what they are to learn: too shallow, in the lecture's word.

use super::{Injection, Subject, mlp};
use crate::draw::Draw;
use crate::recipe::Recipe;
use sweep::diagnose::Code;

/// How much longer a small network is trained, so that it is not short of time as well.
const LONGER: f64 = 3.0;

/// The recipe with so many layers of so many neurons.
pub fn shrunk(base: &Recipe, depth: usize, width: usize) -> Injection {
    // A lone ReLU is often dead from the start, which would be another fault.
    let base = match base.get("activation") {
        "relu" => base.clone().word("activation", "leaky-relu"),
        _ => base.clone(),
    };
    let small = base.clone().set("depth", depth).set("width", width);
    let fault = small.without(&["batch_norm"]).longer(LONGER);
    Injection::new(base, fault)
}

/// One or two neurons a layer. Where another seed of the cell learns, they were enough, and what this
/// seed ran into is a local minimum.
pub fn narrow(subject: &Subject, base: Recipe, draw: &mut Draw) -> Option<Injection> {
    let (set, base) = mlp(subject, &base).filter(|(set, _)| set.is_bent())?;
    let widest = if set.features == 1 || set.classes > 2 {
        2
    } else {
        1
    };
    let injection = shrunk(base, draw.whole(1, 2), draw.whole(1, widest));
    Some(Injection {
        lucky: Some(Code::LocalMinimum),
        ..injection
    })
}

/// Hidden layers without a bend.
pub fn linear_layers(subject: &Subject, base: Recipe, _: &mut Draw) -> Option<Injection> {
    let (_, base) = mlp(subject, &base).filter(|(set, _)| set.is_bent())?;
    let fault = base
        .clone()
        .word("activation", "linear")
        .word("init", "lecun");
    Some(Injection::new(base.clone(), fault))
}

/// No hidden layer at all.
pub fn no_layers(subject: &Subject, base: Recipe, _: &mut Draw) -> Option<Injection> {
    let (_, base) = mlp(subject, &base).filter(|(set, _)| set.is_bent())?;
    let fault = base.clone().word("model", "linear");
    let fault = fault.without(&["depth", "width", "activation", "batch_norm"]);
    Some(Injection::new(base.clone(), fault))
}
