//! Dropout over lanes. Like in the autograd executor, every activation has its own random number (see
//! [`crate::train::dropout`]).

use super::float::Float;
use super::map::on;
use super::{MOST_LANES, PerLane};
use crate::seed::philox::philox;
use crate::train::dropout::{kept, of_step, threshold};
use pulp::Arch;

/// Dropout of all lanes in the current step.
#[derive(Debug, Clone)]
pub struct LaneDropout<T> {
    /// The keys of every hidden layer's random numbers.
    keys: Vec<[PerLane<u32>; 2]>,
    /// The step, lower half first.
    step: [PerLane<u32>; 2],
    /// Activations with smaller random numbers are dropped.
    least: PerLane<u32>,
    /// Factor of the activations that are kept.
    kept: PerLane<T>,
}

impl<T: Float> LaneDropout<T> {
    /// Returns dropout for lanes without runs.
    pub fn new(hidden_layers: usize) -> LaneDropout<T> {
        LaneDropout {
            keys: vec![[[0; MOST_LANES]; 2]; hidden_layers],
            step: [[0; MOST_LANES]; 2],
            least: [0; MOST_LANES],
            kept: [T::of(1.0); MOST_LANES],
        }
    }

    /// Starts a run in a lane with dropout probability p, and a key per hidden layer.
    pub fn begin(&mut self, lane: usize, p: f64, keys: impl Iterator<Item = [u32; 2]>) {
        for (all, [first, second]) in self.keys.iter_mut().zip(keys) {
            (all[0][lane], all[1][lane]) = (first, second);
        }
        (self.least[lane], self.kept[lane]) = (threshold(p), T::of(kept(p)));
    }

    /// Sets the step of a lane, from 0.
    pub fn advance(&mut self, lane: usize, step: u64) {
        let [low, high] = of_step(step);
        (self.step[0][lane], self.step[1][lane]) = (low, high);
    }

    /// Applies dropout to activations a of a hidden layer, for rows of a batch from `first_row`. Writes the mask (0
    /// or 1/(1 − p)), and left ← a · mask. Each is rows × `columns`.
    pub fn drop(
        &self,
        arch: Arch,
        (layer, columns): (usize, usize),
        first_row: usize,
        a: &[T],
        [mask, left]: [&mut [T]; 2],
    ) {
        let of = (self, layer, columns, first_row);
        match T::LANES {
            16 => drop_lanes::<T, 16>(arch, of, a, [mask, left]),
            8 => drop_lanes::<T, 8>(arch, of, a, [mask, left]),
            _ => drop_lanes::<T, 1>(arch, of, a, [mask, left]),
        }
    }
}

/// Applies dropout for N lanes.
#[inline(always)]
fn drop_lanes<T: Float, const N: usize>(
    arch: Arch,
    (drops, layer, columns, first_row): (&LaneDropout<T>, usize, usize, usize),
    a: &[T],
    [mask, left]: [&mut [T]; 2],
) {
    let keys = drops.keys[layer].map(|key| first::<_, N>(&key));
    let [low, high] = drops.step.map(|half| first::<_, N>(&half));
    let (least, kept) = (first::<_, N>(&drops.least), first::<_, N>(&drops.kept));
    on(
        arch,
        (mask, left),
        #[inline(always)]
        |(mask, left): (&mut [T], &mut [T])| {
            let width = columns * N;
            let rows = mask
                .chunks_exact_mut(width)
                .zip(left.chunks_exact_mut(width));
            for (row, ((mask, left), a)) in rows.zip(a.chunks_exact(width)).enumerate() {
                let row = [(first_row + row) as u32; N];
                let fours = mask.chunks_mut(4 * N).zip(left.chunks_mut(4 * N));
                for (four, ((mask, left), a)) in fours.zip(a.chunks(4 * N)).enumerate() {
                    let numbers = philox([[four as u32; N], row, low, high], keys);
                    let (mask, _) = mask.as_chunks_mut::<N>();
                    let (left, _) = left.as_chunks_mut::<N>();
                    let entries = mask.iter_mut().zip(left).zip(a.as_chunks::<N>().0);
                    for (((mask, left), a), number) in entries.zip(&numbers) {
                        for lane in 0..N {
                            mask[lane] = match number[lane] < least[lane] {
                                true => T::of(0.0),
                                false => kept[lane],
                            };
                            left[lane] = a[lane] * mask[lane];
                        }
                    }
                }
            }
        },
    );
}

/// Returns the first lanes.
#[inline(always)]
fn first<A: Copy, const N: usize>(lanes: &PerLane<A>) -> [A; N] {
    std::array::from_fn(|lane| lanes[lane])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::config::settings::{ModelSettings, Precision};
    use crate::testkit::processor::every_instruction_set;
    use crate::testkit::results::settings;
    use crate::train::components::entries::entries;
    use crate::train::dropout::{Dropout, key};
    use crate::train::simd::kernel::scalar::Scalar;

    const STEP: u64 = (1 << 33) + 7;
    const ROWS: usize = 5;

    /// Compares lanes with different seeds and probabilities, for rows from the third on.
    fn same_as_the_reference<T: Float + std::fmt::Debug>(precision: Precision) {
        let mut settings = settings();
        settings.model = ModelSettings::Mlp { hidden: vec![3, 6] };
        settings.precision = precision;
        let mut drops = LaneDropout::<T>::new(2);
        for lane in 0..T::LANES {
            let keys = ["hidden 1", "hidden 2"].map(|layer| key(lane as u64, layer));
            drops.begin(lane, 0.05 * lane as f64, keys.into_iter());
            drops.advance(lane, STEP);
        }
        let a = vec![T::of(3.0); ROWS * 6 * T::LANES];
        for arch in every_instruction_set() {
            let (mut mask, mut left) = (a.clone(), a.clone());
            drops.drop(arch, (1, 6), 2, &a, [&mut mask, &mut left]);
            for lane in 0..T::LANES {
                settings.dropout = 0.05 * lane as f64;
                let expected = Dropout::new(&settings, lane as u64);
                let expected = expected.masks(STEP, ROWS + 2).unwrap();
                // The first lane drops nothing, so its mask is 1.
                let expected = match expected.get(1) {
                    Some(mask) => entries(mask).unwrap()[2 * 6..].to_vec(),
                    None => vec![1.0; ROWS * 6],
                };
                let own = |all: &[T]| -> Vec<f64> {
                    let own = all.iter().skip(lane).step_by(T::LANES);
                    own.map(|number| number.wide()).collect()
                };
                assert_eq!(own(&mask), expected);
                let thrice = |mask: &f64| (T::of(3.0) * T::of(*mask)).wide();
                let expected: Vec<f64> = expected.iter().map(thrice).collect();
                assert_eq!(own(&left), expected);
            }
        }
    }

    #[test]
    fn every_lane_drops_the_same_activations_as_the_autograd_executor() {
        same_as_the_reference::<f32>(Precision::F32);
        same_as_the_reference::<f64>(Precision::F64);
        same_as_the_reference::<Scalar<f32>>(Precision::F32);
    }
}
