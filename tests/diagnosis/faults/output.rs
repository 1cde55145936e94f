//! A sigmoid output that starts saturated under the squared loss.

use super::{Injection, Subject, mlp};
use crate::random::Random;
use crate::recipe::Recipe;

/// An output bias far from 0. With a bias of 0 the same network learns, but slowly: behind a sigmoid, the
/// squared loss is flat.
pub fn biased(subject: &Subject, base: Recipe, random: &mut Random) -> Option<Injection> {
    let (_, base) = mlp(subject, &base).filter(|(set, _)| set.classes == 2)?;
    let base = base
        .clone()
        .without(&["batch_norm"])
        .word("loss", "mse")
        .word("output", "sigmoid");
    let base = match base.get("optimizer") {
        "sgd" => base.times("lr", 3.0),
        // Adam divides by the size of the gradient, and soon leaves the flat region.
        _ if random.chance(0.7) => return None,
        _ => base,
    };
    let base = base.set("output_bias", "0.0").longer(1.5);
    let bias = random.pick(&[-1.0, 1.0]) * random.uniform(8.0, 16.0);
    let fault = base.clone().set("output_bias", format_args!("{bias:?}"));
    Some(Injection::new(base, fault))
}
