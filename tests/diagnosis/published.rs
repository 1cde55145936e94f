//! Four published rules on the same traces, for comparison. None of them names a root cause. The tables compare
//! how often each fires on healthy runs and on failing runs.
//!
//! The originals check steps and epochs. Here, about 50 snapshots and evaluations of a trace replace them.

use sweep::trace::{Evaluation, Layer, Trace};

/// A published rule.
pub struct Published {
    /// Its name in the table.
    pub name: &'static str,
    /// Its source and definition.
    pub source: &'static str,
    /// Returns whether it fires on a run.
    pub fires: fn(&Trace) -> bool,
}

/// All published rules.
pub const PUBLISHED: [Published; 4] = [
    Published {
        name: "SageMaker Debugger, overfit",
        source: "Amazon SageMaker developer guide, \"Overfit rule\": with its default parameters, fires \
                 when (validation loss − training loss) / training loss exceeds 0.1 at one step",
        fires: overfit,
    },
    Published {
        name: "UMLAUT, learning rate",
        source: "Schoop, Huang and Hartmann, CHI 2021; `check_learning_rate_range` of \
                 BerkeleyHCI/umlaut: fires when the rate is above 0.01 or below 1e-7",
        fires: learning_rate,
    },
    Published {
        name: "TheDeepChecker, update ratio",
        source: "Ben Braiek and Khomh, 2023; `check_unstable_training` of thedeepchecker: checks \
                 every 10 steps, and fires when the mean of log10(mean |Δw| / mean |w|) over these steps \
                 is outside [−4, −1] in a layer, or when a layer does not change",
        fires: update_ratio,
    },
    Published {
        name: "TheDeepChecker, median over time",
        source: "the rule above, applied to the median of each layer over the whole run",
        fires: median_update_ratio,
    },
];

fn overfit(trace: &Trace) -> bool {
    let fires = |point: &Evaluation| {
        let train = point.train_loss();
        let validation = point.validation.map(|risk| risk.loss.0);
        validation.is_some_and(|validation| (validation - train) / train > 0.1)
    };
    trace.evaluations.iter().any(fires)
}

fn learning_rate(trace: &Trace) -> bool {
    let rate = trace.params["lr"].as_f64().unwrap_or(f64::NAN);
    !(1e-7..=0.01).contains(&rate)
}

/// The period of the original in steps; it checks nothing before the first period.
const PERIOD: u64 = 10;

fn update_ratio(trace: &Trace) -> bool {
    trace
        .layers
        .iter()
        .any(|layer| ratios(trace, layer).into_iter().any(is_unstable))
}

fn median_update_ratio(trace: &Trace) -> bool {
    // Snapshots are denser at the start: each counts for the steps until the next one.
    let ends = trace.snapshots.iter().skip(1).copied().chain([trace.steps]);
    let steps = trace
        .snapshots
        .iter()
        .zip(ends)
        .filter(|(step, _)| **step >= PERIOD);
    let steps: Vec<u64> = steps.map(|(step, end)| end - step).collect();
    let median = |layer: &Layer| {
        let mut ratios: Vec<(f64, u64)> = ratios(trace, layer)
            .into_iter()
            .zip(steps.clone())
            .collect();
        ratios.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (all, mut seen) = (ratios.iter().map(|(_, steps)| steps).sum::<u64>(), 0);
        let middle = ratios.iter().find(|(_, steps)| {
            seen += steps;
            2 * seen >= all
        });
        middle.map(|(ratio, _)| *ratio)
    };
    trace.layers.iter().filter_map(median).any(is_unstable)
}

/// Returns RMS(Δw)/RMS(w) of a layer, in place of the quotient of means, without the first snapshots.
fn ratios(trace: &Trace, layer: &Layer) -> Vec<f64> {
    let moments = trace.snapshots.iter().zip(&layer.update_ratio);
    let late = moments.filter(|(step, _)| **step >= PERIOD);
    late.map(|(_, ratio)| ratio.0).collect()
}

/// Returns whether a ratio is outside 1e-4 to 1e-1; a ratio that is not finite does not count.
fn is_unstable(ratio: f64) -> bool {
    ratio.is_finite() && !(-4.0..=-1.0).contains(&ratio.log10())
}
