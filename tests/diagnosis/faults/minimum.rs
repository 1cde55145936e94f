//! A weight that rolls into the first hollow it meets and stays there.

use super::{Injection, Subject};
use crate::draw::Draw;
use crate::healthy::with_optimizer;
use crate::recipe::Recipe;

/// Plain SGD, where momentum or Adam gets across.
pub fn stuck(subject: &Subject, base: Recipe, draw: &mut Draw) -> Option<Injection> {
    let Subject::Weight(risk) = subject else {
        return None;
    };
    let (low, high) = risk.rates;
    let fault = with_optimizer(base.clone(), "sgd").set("lr", draw.log(low, high));
    Some(Injection::new(base, fault))
}
