//! Learning rates that are too low or too high, and budgets that are too short.

use super::{Injection, Subject};
use crate::random::Random;
use crate::recipe::Recipe;
use sweep::diagnose::Code;

/// Factor of a learning rate or a budget, to check which of the two is the cause.
pub const FACTOR: f64 = 4.0;

/// A small part of the budget. `learning-rate-too-low` is correct too if a higher rate learns in this time.
pub fn short_budget(_: &Subject, base: Recipe, random: &mut Random) -> Option<Injection> {
    let base = base.without(&["patience"]);
    let fault = base.clone().longer(random.log_uniform(0.003, 0.12));
    let faster = fault.clone().times("lr", FACTOR);
    Some(Injection::new(base, fault).or_if_learned(Code::LearningRateTooLow, faster))
}

/// A learning rate that is far too low. `undertrained` is correct too if a longer budget is enough.
pub fn too_low(_: &Subject, base: Recipe, random: &mut Random) -> Option<Injection> {
    let fault = base
        .clone()
        .times("lr", 1.0 / random.log_uniform(30.0, 3000.0));
    let longer = fault.clone().longer(FACTOR);
    Some(Injection::new(base, fault).or_if_learned(Code::Undertrained, longer))
}

/// A learning rate that makes the loss diverge or oscillate, or neurons dead.
pub fn too_high(_: &Subject, base: Recipe, random: &mut Random) -> Option<Injection> {
    let fault = base.clone().times("lr", random.log_uniform(15.0, 500.0));
    Some(Injection::new(base, fault))
}
