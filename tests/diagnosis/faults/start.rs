//! Unsuitable initial weights: all the same, too small, too large, saturating, dead.

use super::{Injection, Subject, fitting, fitting_init, is_relu, mlp};
use crate::random::Random;
use crate::recipe::{Recipe, short};
use sweep::diagnose::Code;

/// Returns the recipe with normal weights, `factor` times as large as fits the activation.
fn normal(base: &Recipe, factor: f64) -> Recipe {
    let sd = short(factor * fitting(base));
    base.clone()
        .set("init", format_args!("{{ normal = {sd} }}"))
}

/// Returns a recipe without batch normalization, which would rescale the weights.
fn without_batch_norm(subject: &Subject, base: &Recipe) -> Option<Recipe> {
    let (_, base) = mlp(subject, base)?;
    Some(
        base.clone()
            .without(&["batch_norm"])
            .word("init", fitting_init(base)),
    )
}

/// All weights are the same, of about the size that fits, so that their size is no fault (ones in at most two
/// layers). Data that one neuron can learn are left out.
pub fn constant(subject: &Subject, base: Recipe, random: &mut Random) -> Option<Injection> {
    mlp(subject, &base).filter(|(set, _)| set.is_nonlinear() || set.classes > 2)?;
    let base = without_batch_norm(subject, &base)?;
    let size = short(random.log_uniform(0.3, 2.0) * fitting(&base));
    let fault = match random.whole(0, 4) {
        0 => base.clone().word("init", "zeros"),
        1 if base.number("depth") <= 2.0 => base.clone().word("init", "ones"),
        _ => base
            .clone()
            .set("init", format_args!("{{ constant = {size} }}")),
    };
    Some(Injection::new(base, fault))
}

/// Normal weights that are far too small, in at least three layers: fewer layers still learn.
pub fn small(subject: &Subject, base: Recipe, random: &mut Random) -> Option<Injection> {
    let base = without_batch_norm(subject, &base)?;
    let base = match base.get("activation") {
        "sigmoid" => base.word("activation", "tanh"),
        _ => base,
    };
    let base = base.set("depth", random.whole(3, 8));
    let fault = normal(&base, 1.0 / random.log_uniform(10.0, 1000.0));
    Some(Injection::new(base, fault))
}

/// Normal weights that are far too large. In five or more layers the gradient explodes, and
/// `exploding-gradients` is correct too if fewer layers of the same weights learn.
pub fn large(subject: &Subject, base: Recipe, random: &mut Random) -> Option<Injection> {
    let base = without_batch_norm(subject, &base)?.set("depth", random.whole(2, 6));
    let base = match base.get("activation") {
        "sigmoid" => base.word("activation", "tanh"),
        _ => base,
    };
    let fault = normal(&base, random.log_uniform(5.0, 60.0));
    let injection = Injection::new(base, fault.clone());
    Some(match fault.number("depth") >= 5.0 {
        true => injection.or_if_learned(Code::ExplodingGradients, fault.set("depth", 2)),
        false => injection,
    })
}

/// Normal weights that saturate tanh and are slightly too large. `init-too-large` is correct too.
pub fn saturating(subject: &Subject, base: Recipe, random: &mut Random) -> Option<Injection> {
    let base = without_batch_norm(subject, &base)?
        .word("activation", "tanh")
        .word("init", "lecun");
    let base = base.set("depth", random.whole(5, 8));
    let fault = normal(&base, random.log_uniform(2.5, 5.0));
    Some(Injection::new(base, fault).also(&[Code::InitTooLarge]))
}

/// Weights of one sign, which add up over the neurons of sigmoids. `init-too-large` is correct too.
pub fn one_sided(subject: &Subject, base: Recipe, random: &mut Random) -> Option<Injection> {
    let base = without_batch_norm(subject, &base)?
        .word("activation", "sigmoid")
        .word("init", "lecun");
    let base = base.set("depth", 2);
    let sign = random.pick(&[1.0, -1.0]);
    let (a, b) = (
        sign * random.uniform(0.5, 1.0),
        sign * random.uniform(1.5, 3.0),
    );
    let fault = base.clone().set(
        "init",
        format_args!("{{ uniform = [{}, {}] }}", a.min(b), a.max(b)),
    );
    Some(Injection::new(base, fault).also(&[Code::InitTooLarge]))
}

/// Negative weights of the size that fits: after the first layer, the input of every ReLU is negative.
pub fn negative(subject: &Subject, base: Recipe, random: &mut Random) -> Option<Injection> {
    let base = without_batch_norm(subject, &base)
        .filter(is_relu)?
        .word("activation", "relu")
        .word("init", "he");
    let base = base.clone().set("depth", random.whole(2, 8));
    // The RMS of uniform numbers from −b to 0 is b/√3.
    let b = short(-3.0_f64.sqrt() * fitting(&base) * random.uniform(0.7, 1.2));
    let fault = base
        .clone()
        .set("init", format_args!("{{ uniform = [{b}, 0.0] }}"));
    Some(Injection::new(base, fault))
}
