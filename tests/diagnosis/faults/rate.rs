//! Rates too low or too high, and budgets too short.

use super::{Injection, Subject};
use crate::draw::Draw;
use crate::recipe::Recipe;
use sweep::diagnose::Code;

/// How far a rate or a budget is moved to see whether it is the one or the other.
pub const NUDGE: f64 = 4.0;

/// Stopped after a small part of its budget. Where a higher rate learns in that time, naming the rate
/// is right as well.
pub fn stopped(_: &Subject, base: Recipe, draw: &mut Draw) -> Option<Injection> {
    let base = base.without(&["patience"]);
    let fault = base.clone().longer(draw.log(0.003, 0.12));
    let faster = fault.clone().times("lr", NUDGE);
    Some(Injection::new(base, fault).cured(Code::LearningRateTooLow, faster))
}

/// A rate that crawls. Where it learns in a budget somewhat longer, naming the budget is right as
/// well.
pub fn too_low(_: &Subject, base: Recipe, draw: &mut Draw) -> Option<Injection> {
    let fault = base.clone().times("lr", 1.0 / draw.log(30.0, 3000.0));
    let longer = fault.clone().longer(NUDGE);
    Some(Injection::new(base, fault).cured(Code::Undertrained, longer))
}

/// A rate that blows up, swings, or kills.
pub fn too_high(_: &Subject, base: Recipe, draw: &mut Draw) -> Option<Injection> {
    let fault = base.clone().times("lr", draw.log(15.0, 500.0));
    Some(Injection::new(base, fault))
}
