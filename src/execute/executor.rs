//! The executors, and the choice of one for each run.

use super::cost::{self, Costs};
use crate::config::Settings;
use crate::train::linear::engine;
use crate::train::simd;
use crate::train::{Control, Ended, Job, autograd};

/// The function of an executor. It takes as many jobs as it likes, trains them, and reports the end of each, by its
/// place among the taken jobs. A cancelled job never ends. A panic is the outcome of the open jobs.
pub type Train<'a> = dyn for<'j> Fn(&mut dyn Iterator<Item = Job<'j>>, &Control, &mut dyn FnMut(usize, Ended))
    + Sync
    + 'a;

/// An executor, which trains runs.
#[derive(Clone, Copy)]
pub struct Executor<'a> {
    /// Its name, which is part of the IDs of its runs.
    pub name: &'a str,
    /// Returns whether it accepts these settings; the error is the reason.
    pub takes: fn(&Settings) -> Result<(), &'static str>,
    /// Returns the shape that runs must share to train together; `None` if each trains separately.
    pub shape: fn(&Settings) -> Option<String>,
    /// Returns the maximum number of runs that train together.
    pub together: fn(&Settings) -> usize,
    /// Whether a run uses all cores, so that no other run trains at the same time.
    pub alone: bool,
    /// How long its runs take.
    pub costs: Costs,
    /// Trains runs.
    pub train: &'a Train<'a>,
}

/// Returns every executor in order of preference. The last accepts all settings.
pub fn executors() -> [Executor<'static>; 4] {
    [
        Executor {
            name: simd::NAME,
            takes: simd::takes,
            shape: |settings| Some(simd::shape(settings)),
            together: simd::lanes,
            alone: false,
            costs: cost::STACKED,
            train: &simd::train,
        },
        Executor {
            name: simd::WIDE,
            takes: simd::has_layers,
            shape: |_| None,
            together: |_| 1,
            alone: false,
            costs: cost::WIDE,
            train: &simd::train_wide,
        },
        Executor {
            name: engine::NAME,
            takes: engine::takes,
            shape: |_| None,
            together: |_| 1,
            alone: true,
            costs: cost::SOLVER,
            train: &engine::solve_all,
        },
        Executor {
            name: autograd::REFERENCE,
            takes: |_| Ok(()),
            shape: |_| None,
            together: |_| 1,
            alone: false,
            costs: cost::AUTOGRAD,
            train: &one_by_one,
        },
    ]
}

/// Returns the first executor that accepts these settings, and why the preferred executor does not.
pub fn executor_of<'a, 'e>(
    executors: &'e [Executor<'a>],
    settings: &Settings,
) -> Option<(&'e Executor<'a>, Option<&'static str>)> {
    let mut why = None;
    for executor in executors {
        match (executor.takes)(settings) {
            Ok(()) => return Some((executor, why)),
            Err(reason) => why = why.or(Some(reason)),
        }
    }
    None
}

/// Returns the executor with this name.
pub fn executor_named<'a, 'e>(
    executors: &'e [Executor<'a>],
    name: &str,
) -> Option<&'e Executor<'a>> {
    executors.iter().find(|executor| executor.name == name)
}

/// Trains runs with the autograd executor.
fn one_by_one(
    jobs: &mut dyn Iterator<Item = Job<'_>>,
    control: &Control,
    ended: &mut dyn FnMut(usize, Ended),
) {
    for (i, job) in jobs.enumerate() {
        match autograd::train(&job, control) {
            Some(trace) => ended(i, trace.into()),
            None => return,
        }
    }
}
