//! A sigmoid output that starts saturated under the square loss.

use super::{Injection, Subject, mlp};
use crate::draw::Draw;
use crate::recipe::Recipe;

/// The output's bias far from zero; with a bias of zero the same network learns, if given time:
/// behind a sigmoid the square loss is flat.
pub fn biased(subject: &Subject, base: Recipe, draw: &mut Draw) -> Option<Injection> {
    let (_, base) = mlp(subject, &base).filter(|(set, _)| set.classes == 2)?;
    let base = base
        .clone()
        .without(&["batch_norm"])
        .word("loss", "mse")
        .word("output", "sigmoid");
    let base = match base.get("optimizer") {
        "sgd" => base.times("lr", 3.0),
        // Adam divides by the size of the gradient, and is soon out of the flat part.
        _ if draw.chance(0.7) => return None,
        _ => base,
    };
    let base = base.set("output_bias", "0.0").longer(1.5);
    let bias = draw.pick(&[-1.0, 1.0]) * draw.even(8.0, 16.0);
    let fault = base.clone().set("output_bias", format_args!("{bias:?}"));
    Some(Injection::new(base, fault))
}
