//! Runs in a local minimum that other runs leave.

use super::{Injection, Subject, capacity, mlp, rate};
use crate::healthy::with_optimizer;
use crate::random::Random;
use crate::recipe::Recipe;
use sweep::diagnose::Code;

/// A weight in the nearest local minimum: plain SGD, while momentum or Adam leaves it.
pub fn stuck(subject: &Subject, base: Recipe, random: &mut Random) -> Option<Injection> {
    let Subject::Weight(model) = subject else {
        return None;
    };
    let (low, high) = model.rates;
    let fault = with_optimizer(base.clone(), "sgd").set("lr", random.log_uniform(low, high));
    Some(Injection::new(base, fault))
}

/// A network that is just large enough: whether it learns depends on its initial weights. This seed does not
/// learn, and another one does. Wider networks learn with all seeds, so `too-shallow` is correct too.
/// `undertrained` is correct too if a longer training learns.
pub fn just_large_enough(
    subject: &Subject,
    base: Recipe,
    random: &mut Random,
) -> Option<Injection> {
    let (set, base) = mlp(subject, &base).filter(|(set, _)| set.is_nonlinear())?;
    let width = random.whole(2, 3) + usize::from(set.classes > 2);
    let injection = capacity::shrunk(base, random.whole(1, 2), width);
    let longer = injection.fault.clone().longer(rate::FACTOR);
    let injection = injection.also(&[Code::TooShallow]);
    Some(Injection {
        by_chance: true,
        ..injection.or_if_learned(Code::Undertrained, longer)
    })
}
