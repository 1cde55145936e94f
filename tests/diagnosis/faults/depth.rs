//! Networks that are too deep for their initial weights: signal and gradient shrink or grow from layer to layer.

use super::{Injection, Subject, fitting, is_relu, mlp};
use crate::healthy::with_optimizer;
use crate::random::Random;
use crate::recipe::Recipe;
use sweep::diagnose::Code;

/// Factor of a lower learning rate, to check whether the rate is a cause.
const SLOWER: f64 = 0.1;

/// Removes settings that cost too much at 50 layers, and batch normalization, which is a fix.
fn affordable(base: Recipe, random: &mut Random) -> Recipe {
    let base = base
        .without(&["batch_norm", "steps", "sampling"])
        .set("width", random.whole(8, 14));
    let base = match base.get("batch") {
        "\"full\"" | "full" | "64" => base.set("batch", 32),
        _ => base,
    };
    let steps_per_epoch = (192.0 / base.number("batch")).ceil();
    base.set(
        "epochs",
        (random.log_uniform(1200.0, 2500.0) / steps_per_epoch).ceil(),
    )
}

/// 20 to 50 layers with PyTorch's initialization, which has a third of LeCun's variance. `init-too-small` is
/// correct too if He or LeCun initialization learns at this depth.
pub fn default_init(subject: &Subject, base: Recipe, random: &mut Random) -> Option<Injection> {
    let (_, base) = mlp(subject, &base).filter(|(_, base)| base.get("activation") != "sigmoid")?;
    let base = affordable(base.clone(), random)
        .set("depth", random.whole(2, 3))
        .word("init", "torch");
    let fault = base.clone().set("depth", random.whole(20, 50));
    let fitted = fault.clone().word("init", super::fitting_init(&fault));
    Some(Injection::new(base, fault).or_if_learned(Code::InitTooSmall, fitted))
}

/// 5 to 10 layers of sigmoids, each of which passes on at most a quarter of the gradient.
pub fn sigmoids(subject: &Subject, base: Recipe, random: &mut Random) -> Option<Injection> {
    let (_, base) = mlp(subject, &base)?;
    let base = base
        .clone()
        .word("activation", "sigmoid")
        .word("init", "lecun")
        .set("depth", 1);
    let base = with_optimizer(base.without(&["batch_norm"]), "adam")
        .set("lr", random.log_uniform(0.01, 0.03));
    let fault = base.clone().set("depth", random.whole(5, 10));
    Some(Injection::new(base, fault))
}

/// 30 to 50 narrow layers of ReLUs with He initialization. The gradient keeps its size, but rows become the
/// same from layer to layer, and neurons become dead: `dead-relu` is correct too. `learning-rate-too-high` is
/// correct too if a lower rate learns.
pub fn many_relus(subject: &Subject, base: Recipe, random: &mut Random) -> Option<Injection> {
    let (_, base) = mlp(subject, &base)?;
    let base = base
        .clone()
        .word("activation", "relu")
        .word("init", "he")
        .set("depth", random.whole(2, 3));
    let base = affordable(base, random);
    let fault = base
        .clone()
        .set("depth", random.whole(30, 50))
        .set("width", random.whole(8, 10));
    let slower = fault.clone().times("lr", SLOWER);
    let injection = Injection::new(base, fault).also(&[Code::DeadRelu]);
    Some(injection.or_if_learned(Code::LearningRateTooHigh, slower))
}

/// Returns a network with gradients that explode with its depth. `init-too-large` is correct too if the fitted
/// initialization learns at this depth, and `learning-rate-too-high` if a lower rate learns.
fn explosive(base: Recipe, fault: Recipe, fitted: Recipe) -> Injection {
    let slower = fault.clone().times("lr", SLOWER);
    let injection = Injection::new(base, fault).or_if_learned(Code::InitTooLarge, fitted);
    injection.or_if_learned(Code::LearningRateTooHigh, slower)
}

/// Skip connections with He initialization: every block doubles the variance. PyTorch's initialization fits.
pub fn many_blocks(subject: &Subject, base: Recipe, random: &mut Random) -> Option<Injection> {
    let Subject::Rows(_) = subject else {
        return None;
    };
    let activation = random.pick(&["relu", "relu", "leaky-relu"]);
    let base = affordable(
        base.word("model", "residual")
            .word("activation", activation),
        random,
    );
    let base = base.word("init", "he").set("depth", 2);
    let fault = base.clone().set("depth", 2 * random.whole(10, 25));
    let fitted = fault.clone().word("init", "torch");
    Some(explosive(base, fault, fitted))
}

/// Weights somewhat larger than He's. Two layers still learn with them; in many layers their effect multiplies.
pub fn slightly_large(subject: &Subject, base: Recipe, random: &mut Random) -> Option<Injection> {
    let (_, base) = mlp(subject, &base).filter(|(_, base)| is_relu(base))?;
    let base = affordable(base.clone(), random).set("depth", random.whole(1, 2));
    let base = base.clone().set(
        "init",
        format!(
            "{{ normal = {:.2} }}",
            random.uniform(1.5, 2.2) * fitting(&base)
        ),
    );
    let fault = base.clone().set("depth", random.whole(12, 30));
    let fitted = fault.clone().word("init", "he");
    Some(explosive(base, fault, fitted))
}

/// Many layers of two or three ReLUs: a layer is dead from the start. `vanishing-gradients` is correct too.
/// `too-shallow` is correct too if wider layers learn.
pub fn deep_and_narrow(subject: &Subject, base: Recipe, random: &mut Random) -> Option<Injection> {
    let (_, base) = mlp(subject, &base)?;
    let base = affordable(base.clone(), random)
        .word("activation", "relu")
        .word("init", "he")
        .set("depth", 2);
    let fault = base
        .clone()
        .set("depth", random.whole(10, 20))
        .set("width", random.whole(2, 3));
    let wide = fault.clone().set("width", 24);
    let injection = Injection::new(base, fault).also(&[Code::VanishingGradients]);
    Some(injection.or_if_learned(Code::TooShallow, wide))
}
