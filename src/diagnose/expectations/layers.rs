//! Summaries of the layer statistics of a run, one number for all layers and snapshots.

use super::spread::Spread;
use crate::trace::{Layer, Real, Trace};

/// Why there is no number.
const NO_HIDDEN: &str = "the network has no hidden layer";

/// Returns the root mean square of the gradient in the first layer over that in the last layer: the median over
/// snapshots. It is 1 if all layers learn equally, and near 0 if the gradient vanishes in the backward pass.
///
/// # Errors
/// The network has no hidden layer, or no finite, nonzero gradient.
pub fn gradient_ratio(trace: &Trace) -> Result<f64, &'static str> {
    let [first, .., last] = &trace.layers[..] else {
        return Err(NO_HIDDEN);
    };
    let moments = first.gradient_rms.iter().zip(&last.gradient_rms);
    let ratios = moments.map(|(first, last)| first.0 / last.0);
    let finite = ratios.filter(|ratio| ratio.is_finite());
    let spread = Spread::of(finite).ok_or("the last layer has no finite, nonzero gradient")?;
    Ok(spread.median)
}

/// Returns the share of neurons that are dead at the end, in the hidden layer with the largest share.
///
/// # Errors
/// The network has no hidden layer.
pub fn dead_share(trace: &Trace) -> Result<f64, &'static str> {
    highest(trace, |layer| &layer.dead)
}

/// Returns the share of (row, neuron) pairs that are saturated at the end, in the hidden layer with the largest share.
///
/// # Errors
/// The network has no hidden layer.
pub fn saturated_share(trace: &Trace) -> Result<f64, &'static str> {
    highest(trace, |layer| &layer.saturated)
}

/// Returns the maximum final entry over hidden layers. NaN counts as the maximum.
fn highest(trace: &Trace, column: fn(&Layer) -> &Vec<Real>) -> Result<f64, &'static str> {
    let (_, hidden) = trace.layers.split_last().ok_or(NO_HIDDEN)?;
    let ends = hidden.iter().filter_map(|layer| column(layer).last());
    let spread = Spread::of(ends.map(|end| end.0)).ok_or(NO_HIDDEN)?;
    Ok(spread.high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit::results::finished;

    /// A trace of layers with these gradients by snapshot, and these final shares of dead neurons.
    fn trace(gradients: &[&[f64]], dead: &[f64]) -> Trace {
        let column = |numbers: &[f64]| numbers.iter().copied().map(Real).collect();
        let layers = gradients.iter().zip(dead).map(|(gradients, dead)| Layer {
            gradient_rms: column(gradients),
            dead: column(&[0.9, *dead]),
            ..Layer::default()
        });
        let layers = layers.collect();
        let (trace, _) = finished(0.1).unwrap_or_else(|| unreachable!("it is made here"));
        Trace { layers, ..trace }
    }

    #[test]
    fn the_gradient_ratio_is_the_median_over_snapshots_that_have_one() {
        let first: &[f64] = &[1e-3, 4e-3, 1.0, f64::NAN, 2e-3];
        let run = trace(&[first, &[9.0; 5], &[1.0, 1.0, 0.0, 1.0, 1.0]], &[0.0; 3]);
        assert_eq!(gradient_ratio(&run), Ok(2e-3));
        assert!(gradient_ratio(&trace(&[&[1.0]], &[0.0])).is_err());
        assert!(gradient_ratio(&trace(&[&[1.0], &[0.0]], &[0.0; 2])).is_err());
    }

    #[test]
    fn shares_describe_the_worst_hidden_layer_at_the_end() {
        let run = |dead: &[f64]| trace(&vec![&[1.0][..]; dead.len()], dead);
        assert_eq!(dead_share(&run(&[0.1, 0.4, 0.2, 0.8])), Ok(0.4));
        assert!(
            dead_share(&run(&[0.1, f64::NAN, 0.8]))
                .unwrap_or(0.0)
                .is_nan()
        );
        assert!(dead_share(&run(&[0.1])).is_err());
    }
}
