//! Networks too deep for how they start: signal and gradient fade or grow from layer to layer.

use super::{Injection, Subject, fitting, is_relu, mlp};
use crate::draw::Draw;
use crate::healthy::with_optimizer;
use crate::recipe::Recipe;
use sweep::diagnose::Code;

/// The step down of a rate that is tried to see whether it was to blame.
const SLOWER: f64 = 0.1;

/// Whole batches and long budgets cost too much at 50 layers; and batch normalisation is a cure.
fn affordable(base: Recipe, draw: &mut Draw) -> Recipe {
    let base = base
        .without(&["batch_norm", "steps", "sampling"])
        .set("width", draw.whole(8, 14));
    let base = match base.get("batch") {
        "\"full\"" | "full" | "64" => base.set("batch", 32),
        _ => base,
    };
    let steps_per_epoch = (192.0 / base.number("batch")).ceil();
    base.set(
        "epochs",
        (draw.log(1200.0, 2500.0) / steps_per_epoch).ceil(),
    )
}

/// 20 to 50 layers from PyTorch's start, whose variance is a third of LeCun's. Naming the start is
/// right where He's or LeCun's learns at that depth.
pub fn fading(subject: &Subject, base: Recipe, draw: &mut Draw) -> Option<Injection> {
    let (_, base) = mlp(subject, &base).filter(|(_, base)| base.get("activation") != "sigmoid")?;
    let base = affordable(base.clone(), draw)
        .set("depth", draw.whole(2, 3))
        .word("init", "torch");
    let fault = base.clone().set("depth", draw.whole(20, 50));
    let fitted = fault.clone().word("init", super::fitting_init(&fault));
    Some(Injection::new(base, fault).cured(Code::InitTooSmall, fitted))
}

/// A few layers of sigmoids, each of which passes on a quarter of the gradient at most.
pub fn sigmoids(subject: &Subject, base: Recipe, draw: &mut Draw) -> Option<Injection> {
    let (_, base) = mlp(subject, &base)?;
    let base = base
        .clone()
        .word("activation", "sigmoid")
        .word("init", "lecun")
        .set("depth", 1);
    let base =
        with_optimizer(base.without(&["batch_norm"]), "adam").set("lr", draw.log(0.01, 0.03));
    let fault = base.clone().set("depth", draw.whole(5, 10));
    Some(Injection::new(base, fault))
}

/// 30 to 50 narrow layers of ReLUs from He's start: the gradient has its size, but layer by layer rows
/// become the same and neurons die, so that both are right names for it. Some die only because
/// such a network bears no large step: naming the rate is right where a lower one learns.
pub fn many_relus(subject: &Subject, base: Recipe, draw: &mut Draw) -> Option<Injection> {
    let (_, base) = mlp(subject, &base)?;
    let base = base
        .clone()
        .word("activation", "relu")
        .word("init", "he")
        .set("depth", draw.whole(2, 3));
    let base = affordable(base, draw);
    let fault = base
        .clone()
        .set("depth", draw.whole(30, 50))
        .set("width", draw.whole(8, 10));
    let slower = fault.clone().times("lr", SLOWER);
    let injection = Injection::new(base, fault).also(&[Code::DeadRelu]);
    Some(injection.cured(Code::LearningRateTooHigh, slower))
}

/// A network that blows up with its depth. Naming its start is right where the fitted one learns at
/// that depth; naming the rate, where a lower one bears those gradients.
fn explosive(base: Recipe, fault: Recipe, fitted: Recipe) -> Injection {
    let slower = fault.clone().times("lr", SLOWER);
    let injection = Injection::new(base, fault).cured(Code::InitTooLarge, fitted);
    injection.cured(Code::LearningRateTooHigh, slower)
}

/// Skip connections from He's start: every block doubles the variance. PyTorch's fits.
pub fn many_blocks(subject: &Subject, base: Recipe, draw: &mut Draw) -> Option<Injection> {
    let Subject::Rows(_) = subject else {
        return None;
    };
    let activation = draw.pick(&["relu", "relu", "leaky-relu"]);
    let base = affordable(
        base.word("model", "residual")
            .word("activation", activation),
        draw,
    );
    let base = base.word("init", "he").set("depth", 2);
    let fault = base.clone().set("depth", 2 * draw.whole(10, 25));
    let fitted = fault.clone().word("init", "torch");
    Some(explosive(base, fault, fitted))
}

/// Weights somewhat larger than He's, which two layers bear and many compound.
pub fn growing(subject: &Subject, base: Recipe, draw: &mut Draw) -> Option<Injection> {
    let (_, base) = mlp(subject, &base).filter(|(_, base)| is_relu(base))?;
    let base = affordable(base.clone(), draw).set("depth", draw.whole(1, 2));
    let base = base.clone().set(
        "init",
        format!("{{ normal = {:.2} }}", draw.even(1.5, 2.2) * fitting(&base)),
    );
    let fault = base.clone().set("depth", draw.whole(12, 30));
    let fitted = fault.clone().word("init", "he");
    Some(explosive(base, fault, fitted))
}

/// Many layers of two or three ReLUs: some layer is born dead, and nothing passes it. That the
/// gradient vanishes there is as right; that the layers are narrow, where wider ones learn.
pub fn thin(subject: &Subject, base: Recipe, draw: &mut Draw) -> Option<Injection> {
    let (_, base) = mlp(subject, &base)?;
    let base = affordable(base.clone(), draw)
        .word("activation", "relu")
        .word("init", "he")
        .set("depth", 2);
    let fault = base
        .clone()
        .set("depth", draw.whole(10, 20))
        .set("width", draw.whole(2, 3));
    let wide = fault.clone().set("width", 24);
    let injection = Injection::new(base, fault).also(&[Code::VanishingGradients]);
    Some(injection.cured(Code::TooShallow, wide))
}
