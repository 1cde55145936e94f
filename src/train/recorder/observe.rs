//! Computes the columns of a trace from sums that any executor can supply.

use crate::trace::column::TENS;
use crate::trace::{COLUMNS, Layer, Real};

/// Sums over entries. In f64, because squared gradients of a deep network exceed the range of f32.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct EntrySums {
    /// Number of entries.
    pub count: u64,
    /// Σ x.
    pub sum: f64,
    /// Σ |x|.
    pub sum_abs: f64,
    /// Σ x².
    pub sum_sq: f64,
    /// max |x|; NaN if any entry is NaN.
    pub max_abs: f64,
}

impl EntrySums {
    /// Adds an entry.
    pub fn add(&mut self, x: f64) {
        self.count += 1;
        self.sum += x;
        self.sum_abs += x.abs();
        self.sum_sq += x * x;
        // f64::max would ignore a NaN.
        if x.is_nan() || x.abs() > self.max_abs {
            self.max_abs = x.abs();
        }
    }

    /// Adds the entries of other sums.
    pub fn merge(&mut self, other: &EntrySums) {
        self.count += other.count;
        self.sum += other.sum;
        self.sum_abs += other.sum_abs;
        self.sum_sq += other.sum_sq;
        if other.max_abs.is_nan() || other.max_abs > self.max_abs {
            self.max_abs = other.max_abs;
        }
    }

    /// Returns the mean of x.
    pub fn mean(&self) -> f64 {
        self.sum / self.count as f64
    }

    /// Returns the mean of |x|.
    pub fn mean_abs(&self) -> f64 {
        self.sum_abs / self.count as f64
    }

    /// Returns the root of the mean of x².
    pub fn rms(&self) -> f64 {
        (self.sum_sq / self.count as f64).sqrt()
    }

    /// Returns the standard deviation of x.
    pub fn sd(&self) -> f64 {
        let variance = self.sum_sq / self.count as f64 - self.mean() * self.mean();
        // Rounding can make the variance of a constant slightly negative.
        if variance < 0.0 { 0.0 } else { variance.sqrt() }
    }
}

/// The sums of one layer for one snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LayerSums {
    /// Over the gradient of the weight matrix.
    pub gradient: EntrySums,
    /// Over the weight matrix before the update.
    pub weight: EntrySums,
    /// Over the update of the weight matrix.
    pub update: EntrySums,
    /// Over δ of the batch, the gradient with respect to the input of σ.
    pub delta: EntrySums,
    /// Over the activations of the probe rows.
    pub activation: EntrySums,
    /// Sum over neurons of the variance of their activations over the probe rows.
    pub row_variance: f64,
    /// Sum over the probe rows of the variance over neurons.
    pub neuron_variance: f64,
    /// Number of neurons.
    pub neurons: u64,
    /// Number of neurons with σ′ = 0 on every probe row.
    pub dead: u64,
    /// Number of pairs of row and neuron with σ′ below 1/20 of its maximum.
    pub saturated: u64,
}

/// A running variance of activations: of one neuron over rows, or of one row over neurons. Values are taken relative
/// to the first, so that nothing cancels if all are nearly equal.
#[derive(Debug, Clone, Copy, Default)]
pub struct RunningVariance {
    /// The first value.
    pub first: f64,
    /// Number of values.
    pub count: u64,
    /// Σ of the differences to the first value.
    pub sum: f64,
    /// Σ of the squared differences.
    pub sum_sq: f64,
}

impl RunningVariance {
    /// Adds an activation.
    #[inline(always)]
    pub fn add(&mut self, a: f64) {
        if self.count == 0 {
            self.first = a;
        }
        let off = a - self.first;
        self.count += 1;
        self.sum += off;
        self.sum_sq += off * off;
    }

    /// Returns the biased variance.
    #[inline(always)]
    pub fn variance(&self) -> f64 {
        let n = self.count as f64;
        let variance = (self.sum_sq - self.sum * self.sum / n) / n;
        if variance < 0.0 { 0.0 } else { variance }
    }
}

/// Returns the RMS of the differences between the weights of the neurons and their mean over the neurons, over the RMS
/// of the weights: 0 if all neurons are equal. The weight matrix has n_in rows of n_out neurons.
pub fn neuron_spread(weights: &[f64], neurons: usize) -> f64 {
    let (mut between, mut squares) = (0.0, 0.0);
    for row in weights.chunks_exact(neurons.max(1)) {
        let mut spread = RunningVariance::default();
        row.iter().for_each(|w| spread.add(*w));
        between += spread.variance() * neurons as f64;
        squares += row.iter().map(|w| w * w).sum::<f64>();
    }
    match squares {
        0.0 => 0.0,
        _ => rounded((between / squares).sqrt()),
    }
}

/// What pulls the weights besides the loss, in one step.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Penalty {
    /// λ of the weight decay in the gradient.
    pub decay: f64,
    /// The l1 penalty.
    pub l1: f64,
    /// αλ of decoupled weight decay.
    pub shrink: f64,
}

impl Penalty {
    /// Returns the RMS of the penalties' gradient λw + l1 sign(w) over that of the loss, or that of the decoupled decay
    /// over that of the update, if it is larger; 0 without penalties.
    fn ratio(&self, sums: &LayerSums) -> f64 {
        let EntrySums {
            count,
            sum_abs,
            sum_sq,
            ..
        } = sums.weight;
        let squares = self.decay * self.decay * sum_sq
            + 2.0 * self.decay * self.l1 * sum_abs
            + self.l1 * self.l1 * count as f64;
        let over = |size: f64, of: &EntrySums| match size {
            0.0 => 0.0,
            _ => size / of.rms(),
        };
        let coupled = over((squares / count as f64).sqrt(), &sums.gradient);
        coupled.max(over(self.shrink * sums.weight.rms(), &sums.update))
    }
}

/// The columns of all layers, snapshot by snapshot.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Snapshots {
    /// The steps of the snapshots.
    pub steps: Vec<u64>,
    /// The layers with their columns.
    pub layers: Vec<Layer>,
    /// Whether the next snapshot replaces the last one.
    provisional: bool,
}

impl Snapshots {
    /// Returns layers without snapshots.
    pub fn new(layers: Vec<Layer>) -> Snapshots {
        Snapshots {
            layers,
            ..Snapshots::default()
        }
    }

    /// Adds a snapshot. The next snapshot replaces a provisional one.
    pub fn push(&mut self, step: u64, sums: &[LayerSums], penalty: Penalty, provisional: bool) {
        if self.provisional {
            self.steps.pop();
        }
        self.steps.push(step);
        for (layer, sums) in self.layers.iter_mut().zip(sums) {
            for ((_, column), value) in layer.columns_mut().into_iter().zip(row(sums, penalty)) {
                if self.provisional {
                    column.pop();
                }
                column.push(Real(rounded(value)));
            }
        }
        self.provisional = provisional;
    }
}

/// Returns the entries of one snapshot, in the order of [`Layer::columns_mut`].
fn row(sums: &LayerSums, penalty: Penalty) -> [f64; COLUMNS.len()] {
    [
        sums.gradient.mean(),
        sums.gradient.mean_abs(),
        sums.gradient.rms(),
        sums.gradient.max_abs,
        sums.weight.rms(),
        update_ratio(sums),
        sums.delta.rms(),
        sums.activation.mean(),
        sums.activation.sd(),
        (sums.row_variance / sums.neurons as f64).sqrt(),
        (sums.neuron_variance * sums.neurons as f64 / sums.activation.count as f64).sqrt(),
        share(sums, sums.dead, sums.neurons),
        share(sums, sums.saturated, sums.activation.count),
        sums.weight.mean(),
        (sums.delta.sum_sq * sums.neurons as f64 / sums.delta.count as f64).sqrt(),
        penalty.ratio(sums),
    ]
}

/// Returns a share of neurons or activations; NaN if activations are NaN.
fn share(sums: &LayerSums, some: u64, of: u64) -> f64 {
    if sums.activation.max_abs.is_nan() {
        f64::NAN
    } else {
        some as f64 / of as f64
    }
}

/// Returns RMS(Δw) / RMS(w); 0 without an update, even if the weights are 0.
fn update_ratio(sums: &LayerSums) -> f64 {
    if sums.update.sum_sq == 0.0 {
        0.0
    } else {
        sums.update.rms() / sums.weight.rms()
    }
}

/// Rounds to three significant digits, which is more than a plot shows and keeps a trace small.
pub fn rounded(x: f64) -> f64 {
    quickly_rounded(x).unwrap_or_else(|| format!("{x:.2e}").parse().unwrap_or(x))
}

/// Rounds without text for sizes from 1e-20 to 1000: three digits over a power of ten, rounded once.
fn quickly_rounded(x: f64) -> Option<f64> {
    if x == 0.0 {
        return Some(x);
    }
    let size = x.abs();
    let ten = TENS.into_iter().find(|ten| size * ten >= 99.5)?;
    let digits = (size * ten).round();
    (digits < 1000.0).then(|| (digits / ten).copysign(x))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(entries: &[f64]) -> EntrySums {
        let mut sums = EntrySums::default();
        entries.iter().for_each(|x| sums.add(*x));
        sums
    }

    #[test]
    fn sums_give_the_statistics_even_of_vanishing_gradients() {
        let sums = sums(&[3e-20, -1e-20]);
        let near = |a: f64, b: f64| (a / b - 1.0).abs() < 1e-12;
        assert!(near(sums.mean(), 1e-20) && near(sums.mean_abs(), 2e-20));
        assert!(near(sums.rms(), 5.0_f64.sqrt() * 1e-20) && near(sums.sd(), 2e-20));
        assert_eq!(sums.max_abs, 3e-20);
    }

    #[test]
    fn the_variance_between_rows_survives_a_large_common_part() {
        let mut spread = RunningVariance::default();
        for row in 0..4 {
            spread.add(1e8 + f64::from(row) * 1e-6);
        }
        assert!((spread.variance() / 1.25e-12 - 1.0).abs() < 0.05);
        let mut nan = spread;
        nan.add(f64::NAN);
        assert!(nan.variance().is_nan());
    }

    #[test]
    fn a_nan_among_the_entries_is_preserved() {
        let sums = sums(&[1.0, f64::NAN, 2.0]);
        assert!(sums.max_abs.is_nan() && sums.mean().is_nan() && sums.rms().is_nan());
        assert!(sums.sd().is_nan());
        assert!(rounded(f64::NAN).is_nan() && rounded(f64::NEG_INFINITY) == f64::NEG_INFINITY);
    }

    #[test]
    fn rounding_matches_the_decimal_number() {
        for (x, digits) in [
            (0.123456, 0.123),
            (-0.00099951, -0.001),
            (9.996, 10.0),
            (999.4, 999.0),
            (1234.5, 1230.0),
            (4.4449e-21, 4.44e-21),
            (-0.0, 0.0),
        ] {
            assert_eq!(rounded(x), digits);
        }
        let mut x = 1.234_567e-19;
        while x < 1e3 {
            assert_eq!(Some(rounded(x)), format!("{x:.2e}").parse().ok(), "{x}");
            x *= 1.37;
        }
    }

    #[test]
    fn the_next_snapshot_replaces_a_provisional_one() {
        let layer = LayerSums {
            neurons: 1,
            ..LayerSums::default()
        };
        let mut snapshots = Snapshots::new(vec![Layer::default()]);
        for (step, provisional) in [(0, false), (4, true), (9, true), (12, false), (14, true)] {
            snapshots.push(step, &[layer], Penalty::default(), provisional);
        }
        assert_eq!(snapshots.steps, [0, 12, 14]);
        assert_eq!(snapshots.layers[0].gradient_rms.len(), 3);
    }

    #[test]
    fn equal_neurons_have_no_spread_and_independent_ones_have_nearly_their_size() {
        assert_eq!(neuron_spread(&[0.1, 0.1, 0.1, -3.0, -3.0, -3.0], 3), 0.0);
        assert_eq!(neuron_spread(&[0.0; 4], 2), 0.0);
        assert_eq!(neuron_spread(&[1.0, -1.0], 2), 1.0);
        assert_eq!(neuron_spread(&[3.0, 1.0], 2), 0.447);
    }

    #[test]
    fn a_penalty_is_compared_with_the_gradient_and_a_decoupled_decay_with_the_update() {
        let layer = LayerSums {
            gradient: sums(&[0.2, 0.2]),
            weight: sums(&[2.0, -2.0]),
            update: sums(&[0.01, 0.01]),
            ..LayerSums::default()
        };
        let ratio = |penalty: Penalty| rounded(penalty.ratio(&layer));
        let none = Penalty::default();
        assert_eq!(ratio(none), 0.0);
        assert_eq!(ratio(Penalty { decay: 0.1, ..none }), 1.0);
        assert_eq!(
            ratio(Penalty {
                decay: 0.1,
                l1: 0.2,
                ..none
            }),
            2.0
        );
        assert_eq!(
            ratio(Penalty {
                shrink: 0.001,
                ..none
            }),
            0.2
        );
    }
}
