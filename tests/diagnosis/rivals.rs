//! Four published rules that cry wolf, on the same traces, for comparison. None of them names a root
//! cause; what is compared is how often each fires on runs that learned, and on runs that did not.
//!
//! A trace keeps about 50 moments and exact risks, which stand for the steps and epochs that the
//! originals look at.

use sweep::trace::{Layer, RiskPoint, Trace};

/// A rule, with where it comes from and whether it fires.
pub struct Rival {
    /// Its name in the table.
    pub name: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// Whether it fires on a run.
    pub fires: fn(&Trace) -> bool,
}

/// All four.
pub const RIVALS: [Rival; 4] = [
    Rival {
        name: "SageMaker Debugger, overfit",
        source: "Amazon SageMaker developer guide, \"Overfit rule\": with its default parameters, fires \
                 when (validation loss − training loss) / training loss exceeds 0.1 at one step",
        fires: overfit,
    },
    Rival {
        name: "UMLAUT, learning rate",
        source: "Schoop, Huang and Hartmann, CHI 2021; `check_learning_rate_range` of \
                 BerkeleyHCI/umlaut: fires when the rate is above 0.01 or below 1e-7",
        fires: learning_rate,
    },
    Rival {
        name: "TheDeepChecker, update ratio",
        source: "Ben Braiek and Khomh, 2023; `check_unstable_training` of thedeepchecker: every tenth \
                 step, fires when the mean of log10(mean |Δw| / mean |w|) since the last leaves \
                 [−4, −1] in some layer, or a layer does not move",
        fires: update_ratio,
    },
    Rival {
        name: "the same, its median over time",
        source: "the rule above on each layer's median over the whole run",
        fires: median_update_ratio,
    },
];

fn overfit(trace: &Trace) -> bool {
    let fires = |point: &RiskPoint| {
        let train = point.train.loss.0;
        let validation = point.validation.map(|risk| risk.loss.0);
        validation.is_some_and(|validation| (validation - train) / train > 0.1)
    };
    trace.risks.iter().any(fires)
}

fn learning_rate(trace: &Trace) -> bool {
    let rate = trace.settings["lr"].as_f64().unwrap_or(f64::NAN);
    !(1e-7..=0.01).contains(&rate)
}

/// The period of the original, before which it says nothing.
const PERIOD: u64 = 10;

fn update_ratio(trace: &Trace) -> bool {
    trace
        .layers
        .iter()
        .any(|layer| ratios(trace, layer).into_iter().any(is_unstable))
}

fn median_update_ratio(trace: &Trace) -> bool {
    let median = |layer: &Layer| {
        let mut ratios = ratios(trace, layer);
        ratios.sort_by(f64::total_cmp);
        ratios.get(ratios.len() / 2).copied()
    };
    trace.layers.iter().filter_map(median).any(is_unstable)
}

/// RMS(Δw)/RMS(w) of a layer, in place of the quotient of means, at every moment but the first ones.
fn ratios(trace: &Trace, layer: &Layer) -> Vec<f64> {
    let moments = trace.moments.iter().zip(&layer.update_ratio);
    let late = moments.filter(|(step, _)| **step >= PERIOD);
    late.map(|(_, ratio)| ratio.0).collect()
}

/// Whether a ratio leaves the range from 1e-4 to 1e-1; what is not a number can't be compared.
fn is_unstable(ratio: f64) -> bool {
    ratio.is_finite() && !(-4.0..=-1.0).contains(&ratio.log10())
}
