//! Groups missing runs by engine, and by what can train together.

use super::engine::{Engine, engine_of};
use super::plan::Plan;
use std::collections::BTreeMap;

/// Runs that one engine can train together.
pub struct Group<'e, 'a> {
    /// The engine.
    pub engine: &'e Engine<'a>,
    /// Why the preferred engine does not accept the runs.
    pub why: Option<&'static str>,
    /// Maximum number of runs that train together.
    pub together: usize,
    /// Whether memory limits that number below the engine's own.
    pub is_limited: bool,
    /// Place of the cell in the results of the plan, and of the run in the cell.
    pub runs: Vec<(usize, usize)>,
}

impl Group<'_, '_> {
    /// Returns the minimum number of calls of the engine.
    pub fn stacks(&self) -> usize {
        self.runs.len().div_ceil(self.together)
    }
}

/// Groups the missing runs of a plan, in the order of the first run of each group. Within a group, runs of the same
/// rows and seed are adjacent: they have the same batches and the same optimum.
pub fn groups<'e, 'a>(plan: &Plan, engines: &'e [Engine<'a>]) -> Vec<Group<'e, 'a>> {
    let mut groups: Vec<Group> = Vec::new();
    let mut places = BTreeMap::new();
    for &(cell, run) in &plan.missing {
        let settings = &plan.results.cells[cell].cell.settings;
        let Some((engine, why)) = engine_of(engines, settings) else {
            continue;
        };
        let shape = (engine.shape)(settings);
        let place = *places.entry((engine.name, shape)).or_insert_with(|| {
            groups.push(Group {
                engine,
                why,
                together: (engine.together)(settings),
                is_limited: false,
                runs: Vec::new(),
            });
            groups.len() - 1
        });
        groups[place].runs.push((cell, run));
    }
    for group in groups
        .iter_mut()
        .filter(|group| group.together > 1 || group.engine.alone)
    {
        group.runs.sort_by_cached_key(|&(cell, run)| {
            let cell = &plan.results.cells[cell];
            let data = format!("{:?}", cell.cell.settings.data);
            (data, cell.runs[run].run.seed)
        });
    }
    groups
}
