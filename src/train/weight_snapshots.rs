//! Weight snapshots of a run, which a trace does not store. A job can request them, and every executor returns them as
//! plain numbers.

use std::cell::RefCell;

/// The weights of a model after a number of updates.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// Number of updates.
    pub step: u64,
    /// One entry per tensor, row-major, in the order of [`crate::train::components::Model::state`].
    pub numbers: Vec<Vec<f64>>,
}

/// The requested snapshots, and those taken so far.
#[derive(Debug)]
pub struct RequestedSnapshots {
    steps: Vec<u64>,
    taken: RefCell<Vec<Snapshot>>,
}

impl RequestedSnapshots {
    /// Requests snapshots after these numbers of updates, in ascending order. The final weights are always kept.
    pub fn at(steps: Vec<u64>) -> RequestedSnapshots {
        RequestedSnapshots {
            steps,
            taken: RefCell::default(),
        }
    }

    /// Returns whether a snapshot is requested after `step` updates; `last` is true at the end of the run.
    pub fn is_due(&self, step: u64, last: bool) -> bool {
        last || self.steps.binary_search(&step).is_ok()
    }

    /// Stores a snapshot.
    pub fn take(&self, step: u64, numbers: Vec<Vec<f64>>) {
        self.taken.borrow_mut().push(Snapshot { step, numbers });
    }

    /// Returns all snapshots since the last call, in the order of the steps.
    pub fn snapshots(&self) -> Vec<Snapshot> {
        self.taken.take()
    }
}
