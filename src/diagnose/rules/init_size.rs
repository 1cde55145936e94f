//! The size of the initial weights, for two rules.

use super::definition::Detection;
use crate::diagnose::Code;
use crate::diagnose::case::Case;
use crate::diagnose::finding::{Finding, Side, Threshold};
use crate::format::number;

/// Detects a κ beyond a threshold; `beyond` is `large` or `small`.
pub fn detect(case: &Case, code: Code, bound: &Threshold, beyond: &str) -> Detection {
    let kappa = case.kappa();
    if kappa.is_nan() {
        return Err(format!(
            "it has too few hidden weights to say whether they are too {beyond}"
        ));
    }
    let kinds = case
        .hidden()
        .iter()
        .filter_map(|layer| layer.normalization.as_deref());
    // An unknown word is no evidence, so the rule abstains before.
    if let Some(kind) = kinds.into_iter().find(|kind| *kind != "none") {
        return Err(format!(
            "{kind} normalization cancels the size of the hidden weights"
        ));
    }
    let times = format!(
        "{} times √(gain/n_in), which preserves the size of the signal",
        number(kappa)
    );
    if !bound.is_crossed(kappa) {
        return Err(format!("the RMS of the initial weights is {times}"));
    }
    let only = match bound.side {
        Side::Below => "only ",
        Side::Above => "",
    };
    Ok(Finding {
        code,
        evidence: vec![bound.against(kappa).at_start()],
        sentence: match kappa == 0.0 {
            true => "the initial weights are 0".to_owned(),
            false => {
                format!("the RMS of the initial weights is {only}{times} from layer to layer")
            }
        },
    })
}
