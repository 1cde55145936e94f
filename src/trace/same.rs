//! Whether two traces are of the same run: equal wherever both have a number.
//!
//! Versions record at different positions, and newer ones record more. Numbers that both have must have equal bits.

use super::{Evaluation, Layer, Real, Score, Trace};
use serde::Serialize;

/// How the numbers of two traces compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Compared {
    /// Number of numbers that both have, with the same bits.
    pub equal: usize,
    /// Number of numbers that both have, with other bits.
    pub different: usize,
}

impl Trace {
    /// Returns whether the other trace has the same parameters, seed, outcome and length, and the same bits of every
    /// number that both have.
    pub fn is_same_run(&self, other: &Trace) -> bool {
        (&self.params, self.seed, &self.outcome) == (&other.params, other.seed, &other.outcome)
            && self.compared(other).different == 0
    }

    /// Compares the numbers that both traces have.
    pub fn compared(&self, other: &Trace) -> Compared {
        let mut compared = Compared::default();
        compared.count(self.steps == other.steps);
        compared.count(self.trainable == other.trainable);
        for (i, k) in common(&self.curve.at, &other.curve.at) {
            compared.reals(self.curve.values.get(i), other.curve.values.get(k));
        }
        let steps =
            |trace: &Trace| -> Vec<u64> { trace.evaluations.iter().map(|at| at.step).collect() };
        for (i, k) in common(&steps(self), &steps(other)) {
            compared.evaluations(&self.evaluations[i], &other.evaluations[k]);
        }
        compared.scores(self.test, other.test);
        let places: Vec<(usize, usize)> = common(&self.snapshots, &other.snapshots).collect();
        for (a, b) in self.layers.iter().zip(&other.layers) {
            compared.layers(a, b, &places);
        }
        compared.documents(&self.predictions, &other.predictions);
        if let (Some(a), Some(b)) = (&self.trajectory, &other.trajectory) {
            compared.documents(a, b);
        }
        compared
    }
}

impl Compared {
    fn count(&mut self, is_equal: bool) {
        match is_equal {
            true => self.equal += 1,
            false => self.different += 1,
        }
    }

    /// Compares two numbers, if there are two: they have the same bits, or both are NaN.
    fn reals(&mut self, a: Option<&Real>, b: Option<&Real>) {
        if let (Some(a), Some(b)) = (a, b) {
            self.count(a.0.to_bits() == b.0.to_bits() || (a.0.is_nan() && b.0.is_nan()));
        }
    }

    fn scores(&mut self, a: Option<Score>, b: Option<Score>) {
        if let (Some(a), Some(b)) = (a, b) {
            self.reals(Some(&a.loss), Some(&b.loss));
            self.reals(a.accuracy.as_ref(), b.accuracy.as_ref());
        }
    }

    fn evaluations(&mut self, a: &Evaluation, b: &Evaluation) {
        self.scores(a.train, b.train);
        self.scores(a.validation, b.validation);
    }

    fn layers(&mut self, a: &Layer, b: &Layer, places: &[(usize, usize)]) {
        self.count((&a.name, a.inputs, a.outputs) == (&b.name, b.inputs, b.outputs));
        for ((_, a), (_, b)) in a.columns().into_iter().zip(b.columns()) {
            for (i, k) in places {
                self.reals(a.get(*i), b.get(*k));
            }
        }
    }

    /// Compares two parts as text, in which a NaN equals a NaN.
    fn documents(&mut self, a: &impl Serialize, b: &impl Serialize) {
        let [a, b] = [serde_json::to_string(a).ok(), serde_json::to_string(b).ok()];
        self.count(a == b);
    }
}

/// Returns the places of positions that both lists have; both are in ascending order.
fn common<'a>(own: &'a [u64], others: &'a [u64]) -> impl Iterator<Item = (usize, usize)> + 'a {
    let places = own.iter().enumerate();
    places.filter_map(|(i, at)| Some((i, others.binary_search(at).ok()?)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testkit::sound::Run;

    #[test]
    fn traces_are_compared_where_both_have_a_number() {
        let trace = Run::sound().trace;
        let changed = |change: &dyn Fn(&mut Trace)| {
            let mut other = trace.clone();
            change(&mut other);
            trace.is_same_run(&other) && other.is_same_run(&trace)
        };
        assert!(changed(&|_| {}));
        // Recorded at other positions, or not at all.
        assert!(changed(&|other| {
            other.evaluations.remove(1);
            other.snapshots[1] = 7;
            other.layers[0].gradient_rms[1] = Real(9.0);
            other.layers[0].delta_rms.clear();
            other.version = 9;
        }));
        assert!(!changed(&|other| other.seed += 1));
        assert!(!changed(&|other| other.steps += 1));
        assert!(!changed(&|other| other.curve.values[0].0 += 1e-9));
        assert!(!changed(&|other| other.layers[0].gradient_rms[0].0 += 1e-9));
        assert!(!changed(&|other| {
            other.evaluations[1].train.as_mut().unwrap().loss.0 += 1e-9;
        }));
    }
}
