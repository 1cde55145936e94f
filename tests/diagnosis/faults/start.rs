//! Weights that start wrong: all the same, too small, too large, saturating, dead.

use super::{Injection, Subject, fitting, fitting_init, is_relu, mlp};
use crate::draw::Draw;
use crate::recipe::{Recipe, short};
use sweep::diagnose::Code;

/// Normal weights, `factor` times as large as fits σ.
fn normal(base: &Recipe, factor: f64) -> Recipe {
    let sd = short(factor * fitting(base));
    base.clone()
        .set("init", format_args!("{{ normal = {sd} }}"))
}

/// A recipe whose start matters: batch normalisation would rescale whatever is drawn.
fn exposed(subject: &Subject, base: &Recipe) -> Option<Recipe> {
    let (_, base) = mlp(subject, base)?;
    Some(
        base.clone()
            .without(&["batch_norm"])
            .word("init", fitting_init(base)),
    )
}

/// Every weight the same, at about the size that fits (ones in no more than two layers), so that it
/// is not their size that does the harm. What one neuron can learn is left out.
pub fn constant(subject: &Subject, base: Recipe, draw: &mut Draw) -> Option<Injection> {
    mlp(subject, &base).filter(|(set, _)| set.is_bent() || set.classes > 2)?;
    let base = exposed(subject, &base)?;
    let size = short(draw.log(0.3, 2.0) * fitting(&base));
    let fault = match draw.whole(0, 4) {
        0 => base.clone().word("init", "zeros"),
        1 if base.number("depth") <= 2.0 => base.clone().word("init", "ones"),
        _ => base
            .clone()
            .set("init", format_args!("{{ constant = {size} }}")),
    };
    Some(Injection::new(base, fault))
}

/// Normal weights far too small, in three layers or more: fewer recover by themselves.
pub fn small(subject: &Subject, base: Recipe, draw: &mut Draw) -> Option<Injection> {
    let base = exposed(subject, &base)?;
    let base = match base.get("activation") {
        "sigmoid" => base.word("activation", "tanh"),
        _ => base,
    };
    let base = base.set("depth", draw.whole(3, 8));
    let fault = normal(&base, 1.0 / draw.log(10.0, 1000.0));
    Some(Injection::new(base, fault))
}

/// Normal weights far too large. At five layers or more they make the gradient explode, which is the
/// better name where fewer layers of the same weights learn.
pub fn large(subject: &Subject, base: Recipe, draw: &mut Draw) -> Option<Injection> {
    let base = exposed(subject, &base)?.set("depth", draw.whole(2, 6));
    let base = match base.get("activation") {
        "sigmoid" => base.word("activation", "tanh"),
        _ => base,
    };
    let fault = normal(&base, draw.log(5.0, 60.0));
    let injection = Injection::new(base, fault.clone());
    Some(match fault.number("depth") >= 5.0 {
        true => injection.cured(Code::ExplodingGradients, fault.set("depth", 2)),
        false => injection,
    })
}

/// Normal weights that saturate tanh without being far too large. It is a matter of taste whether
/// the weights or what they do is named.
pub fn saturating(subject: &Subject, base: Recipe, draw: &mut Draw) -> Option<Injection> {
    let base = exposed(subject, &base)?
        .word("activation", "tanh")
        .word("init", "lecun");
    let base = base.set("depth", draw.whole(5, 8));
    let fault = normal(&base, draw.log(2.5, 5.0));
    Some(Injection::new(base, fault).also(&[Code::InitTooLarge]))
}

/// Weights of one sign, which add up over the neurons of sigmoids. As above, both names fit.
pub fn one_sided(subject: &Subject, base: Recipe, draw: &mut Draw) -> Option<Injection> {
    let base = exposed(subject, &base)?
        .word("activation", "sigmoid")
        .word("init", "lecun");
    let base = base.set("depth", 2);
    let sign = draw.pick(&[1.0, -1.0]);
    let (a, b) = (sign * draw.even(0.5, 1.0), sign * draw.even(1.5, 3.0));
    let fault = base.clone().set(
        "init",
        format_args!("{{ uniform = [{}, {}] }}", a.min(b), a.max(b)),
    );
    Some(Injection::new(base, fault).also(&[Code::InitTooLarge]))
}

/// Negative weights of the size that fits: behind the first layer every ReLU sees a negative sum.
pub fn negative(subject: &Subject, base: Recipe, draw: &mut Draw) -> Option<Injection> {
    let base = exposed(subject, &base)
        .filter(is_relu)?
        .word("activation", "relu")
        .word("init", "he");
    let base = base.clone().set("depth", draw.whole(2, 8));
    // The root mean square of what is uniform down to −b is b/√3.
    let b = short(-3.0_f64.sqrt() * fitting(&base) * draw.even(0.7, 1.2));
    let fault = base
        .clone()
        .set("init", format_args!("{{ uniform = [{b}, 0.0] }}"));
    Some(Injection::new(base, fault))
}
