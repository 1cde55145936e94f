//! Checks before training whether runs fit into memory: every run by itself, and all jobs together.
//!
//! A run that does not fit by itself is too large; the others are trained. If memory does not hold all runs of a time,
//! fewer runs share a stack and fewer jobs run. Neither changes the result of a run.

use super::estimate::{Estimate, replayed};
use crate::config::Settings;
use crate::execute::{Group, Plan};
use crate::format::{bytes, count};
use crate::memory::{Available, MARGIN};
use crate::trace::Outcome;
use crate::train::datasets::Files;
use std::fmt;

/// A run that does not fit into memory by itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TooLarge {
    /// Place of its cell in the results of the plan, and of the run in the cell.
    pub at: (usize, usize),
    /// Bytes that the process needs for it.
    pub needed: f64,
    /// Bytes that the process may take.
    pub free: f64,
}

/// Limits below the requested ones.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lowered {
    /// Requested jobs, and jobs that fit.
    pub jobs: [usize; 2],
    /// Maximum runs per stack, and the maximum that fits.
    pub stack: [usize; 2],
    /// Bytes that the process would need for all jobs.
    pub needed: f64,
    /// Bytes that the process may take.
    pub free: f64,
}

/// Which runs and jobs fit into memory.
#[derive(Debug, Clone, PartialEq)]
pub struct MemoryFit {
    /// Jobs that fit.
    pub jobs: usize,
    /// The lowered limits, if any.
    pub lowered: Option<Lowered>,
    /// Runs that do not fit by themselves, in the order of the groups.
    pub too_large: Vec<TooLarge>,
}

/// As `jobs lowered from 4 to 2: 4 jobs would need 3.1 GB of memory, 2 GB free`.
impl fmt::Display for Lowered {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Lowered {
            jobs,
            stack,
            needed,
            free,
        } = *self;
        let limits = [("jobs", jobs), ("runs per stack", stack)].into_iter();
        let lowered = limits.filter(|(_, [from, to])| to < from);
        let parts: Vec<String> = lowered
            .map(|(what, [from, to])| format!("{what} lowered from {from} to {to}"))
            .collect();
        let [needed, free] = [needed, free].map(|size| bytes(size as u64));
        let (parts, from) = (parts.join(", "), count(jobs[0], "job"));
        write!(
            f,
            "{parts}: {from} would need {needed} of memory, {free} free"
        )
    }
}

impl TooLarge {
    /// Returns the outcome of the run.
    pub fn outcome(&self) -> Outcome {
        Outcome::TooLarge {
            needed: self.needed as u64,
            free: self.free as u64,
        }
    }
}

/// Compares the memory that groups of runs need with the available memory. Removes runs that are too large from their
/// groups, and lowers the number of runs that train together. `weights` says whether final weights are saved.
pub fn fit(
    plan: &Plan,
    groups: &mut Vec<Group>,
    files: &Files,
    jobs: usize,
    memory: Available,
    weights: bool,
) -> MemoryFit {
    let estimate = Estimate::new(plan, groups, files, weights);
    let free = memory.total;
    let needed = |calls: f64| MARGIN * estimate.with(calls).bytes;
    let mut too_large = Vec::new();
    for group in groups.iter_mut() {
        group.runs.retain(|&at| {
            let needed = MARGIN * estimate.alone(at).bytes;
            if needed > free {
                too_large.push(TooLarge { at, needed, free });
            }
            needed <= free
        });
    }
    groups.retain(|group| !group.runs.is_empty());
    let mut stack = [0, 0];
    for group in groups.iter_mut() {
        let before = group.together;
        let fits = |group: &Group| {
            let calls = estimate.calls(group).into_iter();
            needed(calls.fold(0.0, f64::max)) <= free
        };
        while group.together > 1 && !fits(group) {
            group.together -= 1;
            group.is_limited = true;
        }
        if group.together < before && stack[1] < before {
            stack = [before, group.together];
        }
    }
    let parallel = groups.iter().filter(|group| !group.executor.alone);
    let mut loads: Vec<f64> = parallel.flat_map(|group| estimate.calls(group)).collect();
    loads.sort_by(|a, b| b.total_cmp(a));
    let asked = jobs.max(1);
    loads.truncate(asked);
    let all = needed(loads.iter().sum());
    let mut fit = asked;
    while fit > 1 && needed(loads.iter().take(fit).sum()) > free {
        fit -= 1;
    }
    // Jobs without runs need no memory.
    let is_lower = fit < asked.min(loads.len()) || stack[1] < stack[0];
    let fit = if is_lower { fit } else { asked };
    MemoryFit {
        jobs: fit,
        lowered: is_lower.then_some(Lowered {
            jobs: [asked, fit],
            stack,
            needed: all,
            free,
        }),
        too_large,
    }
}

/// Checks whether the replay of one run fits into memory, with a number of snapshots of its weights.
///
/// # Errors
/// [`Outcome::TooLarge`].
pub fn replay(
    settings: &Settings,
    executor: &str,
    files: &Files,
    snapshots: usize,
    memory: Available,
) -> Result<(), Outcome> {
    let needed = MARGIN * replayed(settings, executor, files, snapshots).bytes;
    match needed <= memory.total {
        true => Ok(()),
        false => Err(Outcome::TooLarge {
            needed: needed as u64,
            free: memory.total as u64,
        }),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::estimate::Estimate;
    use super::*;
    use crate::config::Overrides;
    use crate::execute::{Rerun, executors, groups, plan};
    use crate::load::{Loaded, load_text};
    use std::path::Path;

    /// Fits a sweep into a number of bytes. Returns the fit, and the executor, runs and stack size of every group.
    fn fitted(text: &str, jobs: usize, total: f64) -> (MemoryFit, Vec<(String, usize, usize)>) {
        let Loaded {
            sweep,
            cells,
            files,
        } = load_text(Path::new("a.toml"), text, &Overrides::default()).unwrap();
        let (executors, nothing) = (executors(), |_| Ok(None));
        let plan = plan(
            cells,
            &sweep.seeds,
            &files,
            &nothing,
            &executors,
            Rerun::Nothing,
        )
        .unwrap();
        let mut groups = groups(&plan, &executors);
        let memory = Available { total, used: 0.0 };
        let fit = fit(&plan, &mut groups, &files, jobs, memory, false);
        // The fit agrees with the estimate that `sweep plan` prints.
        if !groups.is_empty() {
            let peak = Estimate::new(&plan, &groups, &files, false);
            let peak = peak.peak(&groups, fit.jobs).bytes;
            assert!(MARGIN * peak <= total, "{peak}");
        }
        let left = groups.iter();
        let left = left.map(|of| (of.executor.name.to_owned(), of.runs.len(), of.together));
        (fit, left.collect())
    }

    const WIDE: &str = "seeds = 2\n[data]\nsource = 'sine'\nrows = 64\n[base]\ndepth = 8\n\
                        [grid]\nwidth = [3, 100_000]\n";

    #[test]
    fn the_estimate_includes_weights_and_a_cell_that_is_too_large_leaves_the_others() {
        let (fit, left) = fitted(WIDE, 2, 6e8);
        let at: Vec<_> = fit.too_large.iter().map(|run| run.at).collect();
        assert_eq!(at, [(1, 0), (1, 1)]);
        // 7 × 10¹⁰ weights with gradient and update in 32 bits.
        let needed = fit.too_large[0].needed;
        assert!((7e10 * 12.0..2e12).contains(&needed), "{needed}");
        assert_eq!(left, [("stacked".to_owned(), 2, 16)]);
        assert_eq!((fit.jobs, fit.lowered), (2, None));
        let (fit, left) = fitted(WIDE, 2, 1e13);
        assert_eq!((fit.too_large.len(), left.len()), (0, 2));
    }

    /// 2000 × 2000 weights, gradients and updates in 32 bits: 48 MB per run.
    const JOBS: &str =
        "seeds = 6\n[data]\nsource = 'sine'\nrows = 64\n[base]\nhidden = [2000, 2000]\n";

    #[test]
    fn jobs_are_lowered_to_what_fits() {
        let (fit, left) = fitted(JOBS, 4, 1e9);
        assert_eq!((fit.jobs, fit.lowered), (4, None));
        assert_eq!(left, [("wide".to_owned(), 6, 1)]);
        let (fit, _) = fitted(JOBS, 4, 240e6);
        let lowered = fit.lowered.unwrap();
        assert_eq!((fit.jobs, lowered.jobs, lowered.stack), (2, [4, 2], [0, 0]));
        assert!(lowered.needed > 240e6 && lowered.free == 240e6);
        let (fit, left) = fitted(JOBS, 4, 60e6);
        assert_eq!((fit.too_large.len(), left.len()), (6, 0));
        // More jobs than runs are not lowered.
        let (fit, _) = fitted(JOBS, 100, 1e9);
        assert_eq!((fit.jobs, fit.lowered), (100, None));
    }

    /// 6.4 MB of rows for every seed, and a tiny network.
    const STACK: &str = "seeds = 16\n[data]\nsource = 'linear'\nfeatures = 7\nrows = 100_000\n\
                         [base]\nhidden = [3]\nbatch = 10\n";

    #[test]
    fn a_stack_holds_fewer_runs_if_memory_is_short_and_no_run_is_too_large() {
        let (fit, left) = fitted(STACK, 2, 1e9);
        assert_eq!((fit.lowered, left[0].2), (None, 16));
        let (fit, left) = fitted(STACK, 2, 200e6);
        assert!(fit.too_large.is_empty());
        let lowered = fit.lowered.unwrap();
        let fewer = left[0].2;
        assert!((2..16).contains(&fewer), "{fewer}");
        assert_eq!((fit.jobs, lowered.stack), (1, [16, fewer]));
    }

    #[test]
    fn the_estimate_of_a_solver_includes_its_rows_and_their_products() {
        let text = |rows: usize, features: usize| {
            format!(
                "[data]\nsource = 'gaussian'\nrows = {rows}\nfeatures = {features}\n\
                 [base]\nmodel = 'linear'\nsolver = 'gd'\n"
            )
        };
        let too_large = |rows, features, total| {
            let (fit, _) = fitted(&text(rows, features), 8, total);
            fit.too_large.len()
        };
        assert_eq!(too_large(1_000_000, 99, 800e6), 1);
        assert_eq!(too_large(1_000_000, 99, 2e9), 0);
        assert_eq!(too_large(100, 10_000, 1e9), 1);
    }

    #[test]
    fn the_estimate_of_a_replay_includes_its_snapshots() {
        let loaded = load_text(Path::new("a.toml"), JOBS, &Overrides::default()).unwrap();
        let replayed = |snapshots: usize, total: f64| {
            let memory = Available { total, used: 0.0 };
            let settings = &loaded.cells[0].settings;
            replay(settings, "wide", &loaded.files, snapshots, memory)
        };
        assert_eq!(replayed(1, 600e6), Ok(()));
        let outcome = replayed(41, 600e6).unwrap_err();
        let Outcome::TooLarge { needed, free } = outcome else {
            panic!("{outcome:?}")
        };
        // 4 million weights in 64 bits, 41 times at least.
        assert!(needed as f64 > 41.0 * 32e6 && free == 600_000_000);
    }
}
