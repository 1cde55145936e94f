//! Whether two traces are of the same run, although versions record at different positions, and newer ones record more.
//!
//! Two traces of a run have equal parameters, seed, outcome and number of steps. The layers have equal names and sizes,
//! and every number that both traces measured at the same position has the same bits, or is NaN in both: losses, columns
//! of layers, predictions, and points of the trajectory. A part that one of them lacks is not compared. Neither are facts
//! about the data, and what follows from the parameters.

use super::{Evaluation, Lattice, Layer, Predictions, Real, Score, Trace, Trajectory};

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
    /// number that both measured.
    pub fn is_same_run(&self, other: &Trace) -> bool {
        (&self.params, self.seed, &self.outcome) == (&other.params, other.seed, &other.outcome)
            && self.compared(other).different == 0
    }

    /// Compares the numbers that both traces measured at the same positions, and their layers.
    pub fn compared(&self, other: &Trace) -> Compared {
        let mut compared = Compared::default();
        compared.count(self.steps == other.steps);
        // 0 if it is not recorded.
        if self.trainable != 0 && other.trainable != 0 {
            compared.count(self.trainable == other.trainable);
        }
        for (i, k) in common(&self.curve.at, &other.curve.at) {
            compared.reals(self.curve.values.get(i), other.curve.values.get(k));
        }
        let steps =
            |trace: &Trace| -> Vec<u64> { trace.evaluations.iter().map(|at| at.step).collect() };
        for (i, k) in common(&steps(self), &steps(other)) {
            compared.evaluations(&self.evaluations[i], &other.evaluations[k]);
        }
        compared.scores(self.test, other.test);
        compared.reals(self.clipped.as_ref(), other.clipped.as_ref());
        if !self.layers.is_empty() && !other.layers.is_empty() {
            compared.count(self.layers.len() == other.layers.len());
        }
        let places: Vec<(usize, usize)> = common(&self.snapshots, &other.snapshots).collect();
        for (a, b) in self.layers.iter().zip(&other.layers) {
            compared.layers(a, b, &places);
        }
        compared.predictions(&self.predictions, &other.predictions);
        if let (Some(a), Some(b)) = (&self.trajectory, &other.trajectory) {
            compared.trajectories(a, b);
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

    /// Compares the entries that both columns have.
    fn column(&mut self, a: &[Real], b: &[Real]) {
        for (a, b) in a.iter().zip(b) {
            self.reals(Some(a), Some(b));
        }
    }

    fn columns(&mut self, a: &[Vec<Real>], b: &[Vec<Real>]) {
        for (a, b) in a.iter().zip(b) {
            self.column(a, b);
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
        self.reals(a.neuron_spread.as_ref(), b.neuron_spread.as_ref());
        for ((_, a), (_, b)) in a.columns().into_iter().zip(b.columns()) {
            for (i, k) in places {
                self.reals(a.get(*i), b.get(*k));
            }
        }
    }

    /// Compares the parts that both have. The probe rows are the first training rows, so that row i is the same in both.
    fn predictions(&mut self, a: &Predictions, b: &Predictions) {
        self.columns(&a.features, &b.features);
        self.column(&a.target, &b.target);
        self.columns(&a.start, &b.start);
        self.columns(&a.end, &b.end);
        if let (Some(a), Some(b)) = (&a.lattice, &b.lattice)
            && has_same_positions(a, b)
        {
            self.columns(&a.start, &b.start);
            self.columns(&a.end, &b.end);
        }
    }

    fn trajectories(&mut self, a: &Trajectory, b: &Trajectory) {
        for (i, k) in common(&a.iterations, &b.iterations) {
            let columns = [
                (&a.passes, &b.passes),
                (&a.risk, &b.risk),
                (&a.excess, &b.excess),
                (&a.gradient, &b.gradient),
            ];
            for (a, b) in columns.into_iter().chain(a.weights.iter().zip(&b.weights)) {
                self.reals(a.get(i), b.get(k));
            }
        }
        self.reals(a.lowest.as_ref(), b.lowest.as_ref());
        self.reals(a.error.as_ref(), b.error.as_ref());
        if let (Some(a), Some(b)) = (&a.bowl, &b.bowl) {
            self.column(&a.optimum, &b.optimum);
            self.column(&a.curvature, &b.curvature);
            self.reals(Some(&a.lowest), Some(&b.lowest));
        }
        if let (Some(a), Some(b)) = (a.bytes, b.bytes) {
            self.count(a == b);
        }
    }
}

/// Returns whether two lattices have the same positions.
fn has_same_positions(a: &Lattice, b: &Lattice) -> bool {
    let mut axes = Compared::default();
    axes.columns(&a.axes, &b.axes);
    let lengths = |lattice: &Lattice| -> Vec<usize> { lattice.axes.iter().map(Vec::len).collect() };
    lengths(a) == lengths(b) && axes.different == 0
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
    use crate::testkit::fixture::curve_outputs;
    use crate::testkit::sound::{SyntheticRun, column};

    /// Returns whether a run is the same after a change, seen from both sides.
    fn is_same_after(trace: &Trace, change: &dyn Fn(&mut Trace)) -> bool {
        let mut other = trace.clone();
        change(&mut other);
        assert_eq!(trace.is_same_run(&other), other.is_same_run(trace));
        trace.is_same_run(&other)
    }

    #[test]
    fn traces_are_compared_where_both_have_a_number() {
        let trace = SyntheticRun::sound().trace;
        let changed = |change: &dyn Fn(&mut Trace)| is_same_after(&trace, change);
        assert!(changed(&|_| {}));
        // Recorded at other positions, or not at all.
        assert!(changed(&|other| {
            other.evaluations.remove(1);
            other.snapshots[1] = 7;
            other.layers[0].gradient_rms[1] = Real(9.0);
            other.layers[0].delta_rms.clear();
            other.layers[0].neuron_spread = None;
            other.version = 9;
        }));
        assert!(!changed(&|other| other.seed += 1));
        assert!(!changed(&|other| other.steps += 1));
        assert!(!changed(&|other| other.curve.values[0].0 += 1e-9));
        assert!(!changed(&|other| other.layers[0].gradient_rms[0].0 += 1e-9));
        assert!(!changed(
            &|other| other.layers[0].neuron_spread = Some(Real(0.0))
        ));
        assert!(!changed(&|other| {
            other.evaluations[1].train.as_mut().unwrap().loss.0 += 1e-9;
        }));
    }

    #[test]
    fn a_run_has_as_many_layers_as_the_same_run_unless_none_are_recorded() {
        let trace = SyntheticRun::sound().trace;
        assert!(!is_same_after(&trace, &|other| drop(other.layers.pop())));
        assert!(is_same_after(&trace, &|other| other.layers.clear()));
    }

    #[test]
    fn no_number_of_parameters_is_an_unknown_one() {
        let trace = SyntheticRun::sound().trace;
        assert!(trace.trainable > 1);
        assert!(is_same_after(&trace, &|other| other.trainable = 0));
        assert!(!is_same_after(&trace, &|other| other.trainable -= 1));
    }

    #[test]
    fn predictions_are_compared_part_by_part() {
        let mut trace = SyntheticRun::sound().trace;
        trace.predictions = curve_outputs(0.9);
        trace.predictions.end[0][3] = Real(f64::NAN);
        let changed = |change: &dyn Fn(&mut Predictions)| {
            is_same_after(&trace, &|other| change(&mut other.predictions))
        };
        assert!(changed(&|other| *other = Predictions::default()));
        assert!(changed(&|other| {
            other.start.clear();
            other.lattice = None;
        }));
        assert!(changed(&|other| other.end[0].truncate(10)));
        assert!(!changed(&|other| other.end[0][5].0 += 1e-9));
        assert!(!changed(&|other| other.end[0][3] = Real(1.0)));
        assert!(!changed(&|other| {
            other.lattice.as_mut().unwrap().end[0][5].0 += 1e-9;
        }));
        // Another lattice has values at other positions.
        assert!(changed(&|other| {
            let lattice = other.lattice.as_mut().unwrap();
            lattice.axes[0][5].0 += 1e-3;
            lattice.end[0][5].0 += 1e-3;
        }));
    }

    #[test]
    fn trajectories_are_compared_at_common_iterations() {
        let mut trace = SyntheticRun::sound().trace;
        trace.trajectory = Some(Trajectory {
            iterations: vec![0, 1, 4],
            passes: column(&[0.0, 0.5, 2.0]),
            risk: column(&[3.0, 2.0, 1.0]),
            weights: vec![column(&[0.0, 0.1, 0.2])],
            ..Trajectory::default()
        });
        let changed = |change: &dyn Fn(&mut Trajectory)| {
            is_same_after(&trace, &|other| change(other.trajectory.as_mut().unwrap()))
        };
        assert!(is_same_after(&trace, &|other| other.trajectory = None));
        assert!(changed(&|other| {
            other.iterations[1] = 2;
            other.risk[1] = Real(1.5);
        }));
        assert!(!changed(&|other| other.risk[1] = Real(1.5)));
        assert!(!changed(&|other| other.weights[0][2].0 += 1e-9));
    }
}
