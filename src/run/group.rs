//! Which of the missing runs go to which engine, and which of them may be trained together.

use super::engine::{Engine, engine_of};
use super::plan::Plan;
use std::collections::BTreeMap;

/// Runs that one engine may train together.
pub struct Group<'e, 'a> {
    /// What trains them.
    pub engine: &'e Engine<'a>,
    /// Why an engine that is preferred does not.
    pub why: Option<&'static str>,
    /// Most that are trained together.
    pub together: usize,
    /// Whether that is less than the engine would take: more don't fit into memory.
    pub is_limited: bool,
    /// Place of the cell in the plan's results, and of the run within the cell.
    pub runs: Vec<(usize, usize)>,
}

impl Group<'_, '_> {
    /// Calls of the engine that these runs take at least.
    pub fn stacks(&self) -> usize {
        self.runs.len().div_ceil(self.together)
    }
}

/// The missing runs of a plan in groups, in the order of the first run of each. Within a group runs
/// of the same rows and seed stand side by side: they see the same batches, and have the same optimum.
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
