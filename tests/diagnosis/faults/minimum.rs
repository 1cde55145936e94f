//! Runs that are stuck where others get on from.

use super::{Injection, Subject, capacity, mlp, rate};
use crate::draw::Draw;
use crate::healthy::with_optimizer;
use crate::recipe::Recipe;
use sweep::diagnose::Code;

/// A weight that rolls into the first hollow it meets: plain SGD, where momentum or Adam gets across.
pub fn stuck(subject: &Subject, base: Recipe, draw: &mut Draw) -> Option<Injection> {
    let Subject::Weight(risk) = subject else {
        return None;
    };
    let (low, high) = risk.rates;
    let fault = with_optimizer(base.clone(), "sgd").set("lr", draw.log(low, high));
    Some(Injection::new(base, fault))
}

/// A network just large enough, so that it depends on its start whether it learns: a case where this
/// seed does not, given time, and another one does. Wider ones learn in all, so that calling it too
/// narrow is right too; and where still more time helps, naming the time.
pub fn unlucky(subject: &Subject, base: Recipe, draw: &mut Draw) -> Option<Injection> {
    let (set, base) = mlp(subject, &base).filter(|(set, _)| set.is_bent())?;
    let width = draw.whole(2, 3) + usize::from(set.classes > 2);
    let injection = capacity::shrunk(base, draw.whole(1, 2), width);
    let longer = injection.fault.clone().longer(rate::NUDGE);
    let injection = injection.also(&[Code::TooShallow]);
    Some(Injection {
        by_chance: true,
        ..injection.cured(Code::Undertrained, longer)
    })
}
