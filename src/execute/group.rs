//! Groups missing runs by executor, and by what can train together.

use super::plan::Plan;
use crate::train::executor::Executor;
use std::collections::BTreeMap;

/// Runs that one executor can train together.
pub struct Group<'e, 'a> {
    /// The executor.
    pub executor: &'e Executor<'a>,
    /// Why the preferred executor does not accept the runs.
    pub why: Option<&'static str>,
    /// Maximum number of runs that train together.
    pub together: usize,
    /// Whether memory limits that number below the executor's own.
    pub is_limited: bool,
    /// Place of the cell in the results of the plan, and of the run in the cell.
    pub runs: Vec<(usize, usize)>,
}

impl Group<'_, '_> {
    /// Returns the minimum number of calls of the executor.
    pub fn stacks(&self) -> usize {
        self.runs.len().div_ceil(self.together)
    }
}

/// Groups the missing runs of a plan, in the order of the first run of each group. Within a group, runs of the same
/// rows and seed are adjacent: they have the same batches and the same optimum.
pub fn groups<'e, 'a>(plan: &Plan, executors: &'e [Executor<'a>]) -> Vec<Group<'e, 'a>> {
    let mut groups: Vec<Group> = Vec::new();
    let mut places = BTreeMap::new();
    for &(cell, run) in &plan.missing {
        let settings = &plan.results.cells[cell].cell.settings;
        let Some((executor, why)) = plan.executor(executors, (cell, run)) else {
            continue;
        };
        let shape = (executor.shape)(settings);
        let place = *places.entry((executor.name, shape)).or_insert_with(|| {
            groups.push(Group {
                executor,
                why,
                together: (executor.together)(settings),
                is_limited: false,
                runs: Vec::new(),
            });
            groups.len() - 1
        });
        groups[place].runs.push((cell, run));
    }
    for group in groups
        .iter_mut()
        .filter(|group| group.together > 1 || group.executor.alone)
    {
        group.runs.sort_by_cached_key(|&(cell, run)| {
            let cell = &plan.results.cells[cell];
            let data = format!("{:?}", cell.cell.settings.data);
            (data, cell.runs[run].run.seed)
        });
    }
    groups
}
