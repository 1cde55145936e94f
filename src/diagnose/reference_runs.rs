//! Reference runs: which data need one, and what it shows.

use super::case::median;
use super::reference_skill::{reference_skill, skills};
use super::sweep_skills::SweepSkills;
use super::tasks::task;
use crate::config::settings::ModelSettings;
use crate::format::{count, number};
use crate::results::{CellResults, Reference, Results};
use crate::trace::Trace;
use std::collections::BTreeSet;

/// A sweep with this skill needs no reference run: a higher reference skill would hardly change which
/// runs have learned.
pub const GOOD: f64 = 0.9;

/// Returns the cells that need a reference run, by place: the first network of every task in which the
/// best runs have a median skill below 0.9 over the seeds. None if the file has a target, and none for
/// a task with missing runs.
pub fn without_reference_skill(results: &Results) -> Vec<usize> {
    if results.target.is_some() {
        return Vec::new();
    }
    let best = SweepSkills::of(results, &[]).tasks;
    let is_open = |cell: &CellResults| cell.runs.iter().any(|run| run.trained.is_none());
    let open = results.cells.iter().filter(|cell| is_open(cell));
    let open: BTreeSet<String> = open.map(|cell| task(&cell.cell.settings)).collect();
    let mut places = first_networks(results);
    places.retain(|place| {
        let CellResults { cell, runs } = &results.cells[*place];
        let task = task(&cell.settings);
        let seeds = runs.iter().map(|run| run.run.seed);
        let skill = median(seeds.map(|seed| best.of(&task, seed).unwrap_or(0.0)));
        !open.contains(&task) && skill < GOOD
    });
    places
}

/// Returns the first network of every task, by place; none if the file has a target, or if other programs trained the
/// runs.
pub fn first_networks(results: &Results) -> Vec<usize> {
    if results.target.is_some() || results.are_imported {
        return Vec::new();
    }
    let mut tasks = BTreeSet::new();
    let cells = results.cells.iter().enumerate();
    let networks = cells.filter(|(_, cell)| {
        let model = &cell.cell.settings.model;
        matches!(
            model,
            ModelSettings::Mlp { .. } | ModelSettings::Residual { .. }
        ) && tasks.insert(task(&cell.cell.settings))
    });
    networks.map(|(place, _)| place).collect()
}

/// Returns a sentence for every reference network, such as `No cell on the data of noise 0.5 is good enough to serve as
/// reference (skill 0.9, median over the seeds), so a reference network was trained: it reaches a skill of 0.62 (median
/// of 5 seeds)`.
pub fn references(results: &Results) -> Vec<String> {
    let sentence = |reference: &Reference| {
        let first = &results.cells[reference.of].cell;
        let on = match results.references.len() {
            1 => String::new(),
            _ => format!(" on the data of {}", first.name()),
        };
        let has_result = |trace: &Trace| trace.outcome.is_complete();
        let reached = match reference_skill(reference) {
            None if !reference.results.traces().any(has_result) => {
                "none of its runs has a result".to_owned()
            }
            None => "it reaches no higher skill than the best linear model".to_owned(),
            Some(skill) => {
                let seeds = count(reference.results.runs.len(), "seed");
                let of = match skills(reference).count() {
                    all if all == reference.results.runs.len() => seeds,
                    some => format!("{some} of {seeds}"),
                };
                format!("it reaches a skill of {} (median of {of})", number(skill))
            }
        };
        format!(
            "No cell{on} is good enough to serve as reference (skill {GOOD}, median over the seeds), so a reference \
             network was trained: {reached}"
        )
    };
    results.references.iter().map(sentence).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::config::settings::Settings;
    use crate::diagnose::Gate;
    use crate::results::CellResults;
    use crate::testkit::sound::{cell, same};
    use crate::trace::Real;
    use std::sync::Arc;

    fn results(cells: Vec<CellResults>) -> Results {
        Results {
            cells,
            ..Results::default()
        }
    }

    fn linear(settings: &mut Settings) {
        settings.model = ModelSettings::Linear;
    }

    #[test]
    fn a_reference_run_is_needed_if_no_network_is_good_and_all_are_trained() {
        let wanted = |cells: Vec<CellResults>| without_reference_skill(&results(cells));
        let bad = || cell(&[0.9, 0.3, 0.3], same);
        assert_eq!(wanted(vec![cell(&[0.9], linear), bad(), bad()]), [1]);
        assert!(wanted(vec![bad(), cell(&[0.9, 0.05, 0.05], same)]).is_empty());
        // A linear model is compared with the best linear model.
        assert!(wanted(vec![cell(&[0.9], linear)]).is_empty());
        let mut open = vec![bad(), bad()];
        open[1].runs[2].trained = None;
        assert!(wanted(open).is_empty());
        let with_target = Results {
            target: Some(0.4),
            ..results(vec![bad()])
        };
        assert!(without_reference_skill(&with_target).is_empty());
    }

    /// Returns two cells with a skill of 0.6 each, and a reference run with this validation loss.
    fn mediocre(validation: f64) -> Results {
        let mut reference = cell(&[0.05], same);
        let trace = Arc::make_mut(&mut reference.runs[0].trained.as_mut().unwrap().0);
        trace.data.constant_validation_loss = Some(Real(1.0));
        for (point, loss) in trace.evaluations.iter_mut().zip([1.0, validation]) {
            point.validation = point.train;
            point.validation.as_mut().unwrap().loss = Real(loss);
        }
        Results {
            references: vec![Reference {
                of: 0,
                results: reference,
            }],
            ..results(vec![cell(&[0.4], same), cell(&[0.4], same)])
        }
    }

    #[test]
    fn mediocre_cells_have_not_learned_if_a_reference_run_is_better() {
        let has_learned = |results: &Results| {
            let cell = &results.cells[0];
            let context = &SweepSkills::of(results, &[]).contexts(cell)[0];
            let (trace, _) = cell.runs[0].trained.as_ref().unwrap();
            Gate::of(trace, context).is_passed()
        };
        assert!(has_learned(&results(mediocre(0.1).cells)));
        assert!(!has_learned(&mediocre(0.1)));
        // Other runs need not reach what the reference run memorized.
        assert!(has_learned(&mediocre(0.38)));
        let [sentence] = &references(&mediocre(0.38))[..] else {
            panic!("one sentence per reference network");
        };
        assert!(
            sentence.contains("it reaches a skill of 0.62 (median of 1 seed)"),
            "{sentence}"
        );
    }
}
