//! The weights of a run at some of its steps, which a trace has no room for: whoever wants them asks
//! for them with the job, and every engine hands them over as plain numbers.

use std::cell::RefCell;

/// Every number that a model goes by, after so many updates.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// Updates made.
    pub step: u64,
    /// One entry per tensor, row after row, in the order of [`crate::nn::Model::state`].
    pub numbers: Vec<Vec<f64>>,
}

/// Which of them are wanted, and those that were handed over.
#[derive(Debug)]
pub struct Keep {
    steps: Vec<u64>,
    taken: RefCell<Vec<Snapshot>>,
}

impl Keep {
    /// Wants the weights after so many updates, in ascending order. Those at the end are kept in any
    /// case.
    pub fn at(steps: Vec<u64>) -> Keep {
        Keep {
            steps,
            taken: RefCell::default(),
        }
    }

    /// Whether the weights are wanted after so many updates; `last` says that no more follow.
    pub fn is_due(&self, step: u64, last: bool) -> bool {
        last || self.steps.binary_search(&step).is_ok()
    }

    /// Takes them.
    pub fn take(&self, step: u64, numbers: Vec<Vec<f64>>) {
        self.taken.borrow_mut().push(Snapshot { step, numbers });
    }

    /// All that were handed over since the last call, in the order of the steps.
    pub fn snapshots(&self) -> Vec<Snapshot> {
        self.taken.take()
    }
}
