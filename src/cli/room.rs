//! Whether the machine has room for what is to be trained: asked before anything is made, since a process
//! without memory is ended without a word.
//!
//! Only what is certain counts: the rows of the runs that are under way at one time, as they are made and
//! as they are trained on, and the squares of the solvers. What is left out is small beside it.

use super::memory::{number, squares};
use crate::data::{Files, Sizes, sizes};
use crate::nn::outputs;
use crate::report::number::bytes;
use crate::run::{Group, Plan};
use crate::spec::Settings;
use crate::spec::settings::{DataSettings, Source};
use sysinfo::{MemoryRefreshKind, ProcessesToUpdate, RefreshKind, System, get_current_pid};

/// Memory that is needed and not there.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{} of memory are needed for {of}, and {} are free; {help}", bytes(*.needed as u64), bytes(*.free as u64))]
pub struct TooLittle {
    /// Bytes that are needed.
    needed: f64,
    /// Bytes that are there.
    free: f64,
    /// For what.
    of: String,
    /// What would fit.
    help: String,
}

/// What one worker needs at a time, for the runs that it trains together.
#[derive(Debug, Clone, PartialEq)]
struct Load<'a> {
    /// Bytes that grow with the number of rows.
    rows: f64,
    /// Bytes that don't.
    fixed: f64,
    /// Data sets.
    sets: usize,
    /// The largest of them.
    largest: (&'a DataSettings, Sizes),
}

impl Load<'_> {
    fn bytes(&self) -> f64 {
        self.rows + self.fixed
    }
}

/// Whether so many bytes are enough for what a plan misses, with so many jobs.
///
/// # Errors
/// [`TooLittle`].
pub fn check(
    plan: &Plan,
    groups: &[Group],
    files: &Files,
    jobs: usize,
    free: f64,
) -> Result<(), TooLittle> {
    let of = |alone: bool| {
        let groups = groups
            .iter()
            .filter(move |group| group.engine.alone == alone);
        let loads = groups.flat_map(|group| loads(plan, group, files));
        let mut loads: Vec<Load> = loads.collect();
        loads.sort_by(|a, b| b.bytes().total_cmp(&a.bytes()));
        loads
    };
    let (alone, mut beside) = (of(true), of(false));
    // The largest may well be under way at one time.
    beside.truncate(jobs.max(1));
    fits(&alone[..alone.len().min(1)], free)?;
    fits(&beside, free)
}

/// Whether they are enough for one run to be trained again.
///
/// # Errors
/// [`TooLittle`].
pub fn check_one(settings: &Settings, files: &Files, free: f64) -> Result<(), TooLittle> {
    let load = load(std::iter::once((settings, 0)), files);
    fits(load.as_slice(), free)
}

/// Whether loads, the largest first, fit beside each other.
fn fits(loads: &[Load], free: f64) -> Result<(), TooLittle> {
    let Some(largest) = loads.first() else {
        return Ok(());
    };
    let needed = loads.iter().map(Load::bytes).sum();
    if needed <= free {
        return Ok(());
    }
    let (settings, sizes) = &largest.largest;
    let (rows, d) = (sizes.rows(), sizes.features);
    let mut of = format!(
        "{} rows of {} features",
        grouped(rows, ','),
        grouped(d, ',')
    );
    let sets: usize = loads.iter().map(|load| load.sets).sum();
    if sets > 1 {
        of = format!("{sets} data sets at a time, the largest of {of}");
    }
    let fixed: f64 = loads.iter().map(|load| load.fixed).sum();
    let share = (free - fixed) / (needed - fixed);
    let fit = two_digits(rows as f64 * share);
    let mut ways = Vec::new();
    if loads.len() > 1 && largest.bytes() <= free {
        let mut sum = 0.0;
        let together = loads.iter().take_while(|load| {
            sum += load.bytes();
            sum <= free
        });
        ways.push(format!("`--jobs {}`", together.count()));
    }
    ways.push(match settings.source {
        _ if fit == 0 => "fewer features would fit".to_owned(),
        ref file if file.is_file() => format!(
            "{} rows would fit; a solver reads a float64 array (`npy`) where it lies, if no rows are held \
             out and none are changed",
            grouped(fit, ',')
        ),
        _ => format!("`rows = {}` would fit", grouped(fit, '_')),
    });
    Err(TooLittle {
        needed,
        free,
        of,
        help: ways.join(", or "),
    })
}

/// What each of the workers needs that take up runs of a group.
fn loads<'a>(plan: &'a Plan, group: &Group, files: &Files) -> Vec<Load<'a>> {
    let together = group.runs.chunks(group.together.max(1));
    let run = |&(cell, run): &(usize, usize)| {
        let cell = &plan.results.cells[cell];
        (&cell.cell.settings, cell.runs[run].run.seed)
    };
    together
        .filter_map(|runs| load(runs.iter().map(run), files))
        .collect()
}

/// What a worker needs for runs of these settings and seeds; none where they have no rows.
fn load<'a>(runs: impl Iterator<Item = (&'a Settings, u64)>, files: &Files) -> Option<Load<'a>> {
    let (mut rows, mut fixed, mut making) = (0.0, 0.0_f64, 0.0_f64);
    let mut sets = 0;
    let mut largest: Option<(&DataSettings, Sizes)> = None;
    let mut before = None;
    for (settings, seed) in runs {
        let of = (&settings.data, seed);
        // Runs of the same rows share them, and stand side by side.
        if before.replace(of) == Some(of) {
            continue;
        }
        let Some(sizes) = sizes(&settings.data, files) else {
            continue;
        };
        sets += 1;
        rows += sizes.bytes() + trained_on(settings, sizes);
        if settings.solving.is_some() {
            fixed = fixed.max(squares(sizes.features));
        }
        if is_copied(&settings.data.source) {
            making = making.max(sizes.bytes());
        }
        if largest.is_none_or(|(_, other)| other.bytes() < sizes.bytes()) {
            largest = Some((&settings.data, sizes));
        }
    }
    Some(Load {
        rows: rows + making,
        fixed,
        sets,
        largest: largest?,
    })
}

/// Bytes of the copy of the rows that a run is trained on; a solver reads them as they are.
fn trained_on(settings: &Settings, sizes: Sizes) -> f64 {
    match settings.solving {
        Some(_) => 0.0,
        None => {
            let columns = sizes.features + outputs(settings, sizes.classes, sizes.targets);
            sizes.rows() as f64 * columns as f64 * number(settings)
        }
    }
}

/// Whether all rows are made first, and then copied into their parts.
fn is_copied(source: &Source) -> bool {
    !source.is_file() && !matches!(source, Source::Gaussian { .. })
}

/// Bytes that can be had: of the machine, and of what limits this process. None where that is not known.
pub fn free() -> Option<f64> {
    let memory = MemoryRefreshKind::nothing().with_ram();
    let mut system = System::new_with_specifics(RefreshKind::nothing().with_memory(memory)).ok()?;
    let of_machine = system.available_memory();
    let own = get_current_pid().ok();
    if let Some(own) = own {
        system.refresh_processes(ProcessesToUpdate::Some(&[own]), false);
    }
    let limits = own.and_then(|own| system.process(own)?.cgroup_limits());
    let limits = limits.or_else(|| system.cgroup_limits());
    // Files that the system keeps in memory count as used there, but give way.
    let of_group = limits.map_or(u64::MAX, |limits| {
        limits.total_memory.saturating_sub(limits.rss)
    });
    (of_machine > 0).then_some(of_machine.min(of_group) as f64)
}

/// Its two first digits and zeros: not more than it is.
fn two_digits(n: f64) -> usize {
    let n = n.max(0.0) as usize;
    let unit = 10_usize.pow(n.checked_ilog10().unwrap_or(0).saturating_sub(1));
    n / unit * unit
}

/// `200,000`, or with another mark.
fn grouped(n: usize, mark: char) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(mark);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::load::load_text;
    use crate::run::{Rerun, engines, groups, plan};
    use crate::spec::Overrides;
    use std::path::Path;

    /// What is said of a sweep where so many bytes are free.
    fn told(text: &str, jobs: usize, free: f64) -> String {
        let loaded = load_text(Path::new("a.toml"), text, &Overrides::default()).unwrap();
        let (sweep, files, engines) = (loaded.sweep, loaded.files, engines());
        let nothing = |_| Ok(None);
        let plan = plan(
            &sweep,
            loaded.cells,
            &files,
            &nothing,
            &engines,
            Rerun::Nothing,
        )
        .unwrap();
        let fits = check(&plan, &groups(&plan, &engines), &files, jobs, free);
        fits.map_or_else(|why| why.to_string(), |()| "it fits".to_owned())
    }

    fn solved(rows: usize) -> String {
        format!(
            "seeds = 3\n[data]\nsource = 'gaussian'\nrows = {rows}\nfeatures = 99\n\
             [base]\nmodel = 'linear'\nsolver = 'gd'\n"
        )
    }

    #[test]
    fn rows_of_a_solver_count_once_and_what_is_said_to_fit_does() {
        let free = 100.2e6;
        insta::assert_snapshot!(told(&solved(1_000_000), 8, free), @"800.2 MB of memory are needed for 1,000,000 rows of 99 features, and 100.2 MB are free; `rows = 120_000` would fit");
        assert_eq!(told(&solved(120_000), 8, free), "it fits");
        assert_ne!(told(&solved(130_000), 8, free), "it fits");
        insta::assert_snapshot!(told(&solved(1_000_000), 8, 1e5), @"800.2 MB of memory are needed for 1,000,000 rows of 99 features, and 100 kB are free; fewer features would fit");
    }

    #[test]
    fn every_job_has_rows_of_its_own() {
        let text = "seeds = 3\n[data]\nsource = 'linear'\nrows = 10_000\nfeatures = 99\n\
                    [base]\nhidden = [2000, 2000]\n";
        // 8 MB as made, as much again while they are, and 4 MB to train on.
        insta::assert_snapshot!(told(text, 2, 30e6), @"40 MB of memory are needed for 2 data sets at a time, the largest of 10,000 rows of 99 features, and 30 MB are free; `--jobs 1`, or `rows = 7_500` would fit");
        assert_eq!(told(text, 1, 30e6), "it fits");
        assert_eq!(told(text, 2, 40e6), "it fits");
    }

    #[test]
    fn one_run_of_several_needs_room_for_itself_alone() {
        let loaded = load_text(
            Path::new("a.toml"),
            &solved(1_000_000),
            &Overrides::default(),
        );
        let loaded = loaded.unwrap();
        let fits = |free| check_one(&loaded.cells[0].settings, &loaded.files, free);
        assert_eq!(fits(801e6), Ok(()));
        assert!(fits(800e6).is_err());
    }

    #[test]
    fn some_memory_is_free() {
        assert!(free().is_none_or(|free| free > 1e6));
    }
}
