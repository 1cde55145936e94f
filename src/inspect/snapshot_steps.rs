//! The steps of the snapshots of an inspected run.

use std::collections::BTreeSet;

/// Maximum number of snapshots of a run.
pub const MOST: usize = 41;

/// Number of first epochs with a snapshot each.
const FIRST_EPOCHS: u64 = 3;

/// Returns the steps of the snapshots: before the first update, after each of the first epochs, and then
/// with growing distance until the last. The distance is between linear and logarithmic: most changes
/// happen at the start, and the end decides the result.
pub fn snapshot_steps(steps: u64, steps_per_epoch: u64) -> Vec<u64> {
    if steps < MOST as u64 {
        return (0..=steps).collect();
    }
    let epochs = (0..=FIRST_EPOCHS).map(|epoch| epoch * steps_per_epoch);
    let mut all: BTreeSet<u64> = epochs.filter(|step| *step <= steps).collect();
    let free = MOST - all.len();
    let place = |i: usize| {
        let share = i as f64 / free as f64;
        let even = share * steps as f64;
        let factor = (steps as f64 + 1.0).powf(share) - 1.0;
        (even * factor).sqrt().round() as u64
    };
    all.extend((1..=free).map(|i| place(i).min(steps)));
    all.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snapshots_include_start_first_epochs_and_end() {
        assert_eq!(snapshot_steps(0, 1), [0]);
        assert_eq!(snapshot_steps(5, 2), [0, 1, 2, 3, 4, 5]);
        for (steps, per_epoch) in [(40, 4), (41, 41), (2400, 12), (100_000, 1), (77, 100)] {
            let all = snapshot_steps(steps, per_epoch);
            assert!(
                all.len() <= MOST && all.len() > 25,
                "{steps}: {}",
                all.len()
            );
            assert!(all.is_sorted_by(|a, b| a < b), "{steps}: {all:?}");
            assert_eq!((all[0], all[all.len() - 1]), (0, steps));
            let epochs = (1..=FIRST_EPOCHS).map(|epoch| epoch * per_epoch);
            let mut missed = epochs.filter(|step| *step <= steps && !all.contains(step));
            assert_eq!(missed.next(), None, "{steps}");
        }
        let all = snapshot_steps(10_000, 10);
        let gaps: Vec<u64> = all
            .windows(2)
            .skip(4)
            .map(|pair| pair[1] - pair[0])
            .collect();
        assert!(gaps.is_sorted() && gaps[gaps.len() - 1] < 2_000, "{gaps:?}");
    }
}
