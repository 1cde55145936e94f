//! Networks that are too small for their data. The lecture calls them too shallow.

use super::{Injection, Subject, mlp};
use crate::random::Random;
use crate::recipe::Recipe;
use sweep::diagnose::Code;

/// Factor of the budget of a small network, so that it is not undertrained too.
const LONGER: f64 = 3.0;

/// Returns the recipe with this many layers of this many neurons.
pub fn shrunk(base: &Recipe, depth: usize, width: usize) -> Injection {
    // A single ReLU is often dead from the start, which would be another fault.
    let base = match base.get("activation") {
        "relu" => base.clone().word("activation", "leaky-relu"),
        _ => base.clone(),
    };
    let small = base.clone().set("depth", depth).set("width", width);
    let fault = small.without(&["batch_norm"]).longer(LONGER);
    Injection::new(base, fault)
}

/// One or two neurons in each layer. If another seed of the cell learns, they are enough, and
/// `local-minimum` is correct too.
pub fn narrow(subject: &Subject, base: Recipe, random: &mut Random) -> Option<Injection> {
    let (set, base) = mlp(subject, &base).filter(|(set, _)| set.is_nonlinear())?;
    let widest = if set.features == 1 || set.classes > 2 {
        2
    } else {
        1
    };
    let injection = shrunk(base, random.whole(1, 2), random.whole(1, widest));
    Some(Injection {
        lucky: Some(Code::LocalMinimum),
        ..injection
    })
}

/// Linear hidden layers.
pub fn linear_layers(subject: &Subject, base: Recipe, _: &mut Random) -> Option<Injection> {
    let (_, base) = mlp(subject, &base).filter(|(set, _)| set.is_nonlinear())?;
    let fault = base
        .clone()
        .word("activation", "linear")
        .word("init", "lecun");
    Some(Injection::new(base.clone(), fault))
}

/// No hidden layer.
pub fn no_layers(subject: &Subject, base: Recipe, _: &mut Random) -> Option<Injection> {
    let (_, base) = mlp(subject, &base).filter(|(set, _)| set.is_nonlinear())?;
    let fault = base.clone().word("model", "linear");
    let fault = fault.without(&["depth", "width", "activation", "batch_norm"]);
    Some(Injection::new(base.clone(), fault))
}
