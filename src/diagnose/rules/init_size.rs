//! The size of the initial weights, of which two rules speak.

use super::Verdict;
use crate::diagnose::Code;
use crate::diagnose::case::Case;
use crate::diagnose::finding::{Finding, Side, Threshold};
use crate::number::number;
use crate::spec::settings::Normalisation;

/// Looks whether κ is beyond a bound, `large` or `small`.
pub fn look(case: &Case, code: Code, bound: &Threshold, beyond: &str) -> Verdict {
    let kappa = case.kappa();
    if kappa.is_nan() {
        return Err(format!(
            "it has no hidden layers whose initial weights could be too {beyond}"
        ));
    }
    if let Some(kind) = case.settings.norm_at(|at| at.hidden) {
        let kind = match kind {
            Normalisation::Batch => "batch",
            Normalisation::Layer => "layer",
        };
        return Err(format!(
            "{kind} normalisation takes the size of the weights away again"
        ));
    }
    let times = format!("{} times what keeps the signal's size", number(kappa));
    if !bound.is_crossed(kappa) {
        return Err(format!("the initial weights are {times}"));
    }
    let only = match bound.side {
        Side::Below => "only ",
        Side::Above => "",
    };
    Ok(Finding {
        code,
        evidence: vec![bound.against(kappa).born()],
        sentence: format!("the initial weights are {only}{times} from layer to layer"),
    })
}
