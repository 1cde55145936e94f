//! Results of few runs, as little as possible of each: how it ended, and with which loss.

use crate::config::Value;
use crate::config::settings::{
    BatchSize, Budget, DataSettings, Init, ModelSettings, Settings, Source,
};
use crate::grid::{Cell, Run};
use crate::identity::RunId;
use crate::results::{CellResults, Results, RunResult};
use crate::trace::{DataFacts, Evaluation, Outcome, Params, Real, Score, Timing, Trace};

/// The settings of some cell, for what looks at values and traces only.
pub fn settings() -> Settings {
    Settings {
        data: DataSettings {
            source: Source::Moons,
            rows: 8,
            noise: 0.0,
            validation: 0.0,
            ..DataSettings::default()
        },
        model: ModelSettings::Linear,
        init: Init::He,
        lr: 0.1,
        batch: BatchSize::Full,
        budget: Budget::Steps(1),
        ..Settings::default()
    }
}

/// A run that ended so, with this training loss; L₀ is 1.
pub fn trace(outcome: Outcome, loss: f64) -> Option<(Trace, Timing)> {
    let score = Score {
        loss: Real(loss),
        accuracy: None,
    };
    let trace = Trace {
        outcome,
        data: DataFacts {
            train_rows: 8,
            constant_train_loss: Real(1.0),
            ..DataFacts::default()
        },
        steps: 1,
        steps_per_epoch: Some(1),
        trainable: 1,
        evaluations: vec![Evaluation {
            step: 1,
            train: Some(score),
            validation: None,
        }],
        ..Trace::new(Params::new())
    };
    Some((trace, Timing::default()))
}

/// A run that used its whole budget.
pub fn finished(loss: f64) -> Option<(Trace, Timing)> {
    trace(Outcome::Finished, loss)
}

/// A run that diverged in step 1, at a loss of 0.2.
pub fn diverged() -> Option<(Trace, Timing)> {
    trace(Outcome::Diverged { step: 1 }, 0.2)
}

/// A run that ended with an error.
pub fn failed() -> Option<(Trace, Timing)> {
    let message = "no".to_owned();
    trace(Outcome::Crashed { message }, f64::NAN)
}

/// A learning rate, and what came of each seed.
pub type LearningRateRuns = (f64, Vec<Option<(Trace, Timing)>>);

/// One cell per learning rate.
pub fn results(cells: Vec<LearningRateRuns>) -> Results {
    let cell = |(index, (lr, runs)): (usize, LearningRateRuns)| CellResults {
        cell: Cell {
            index,
            coordinates: vec![index],
            varied: vec![("lr".to_owned(), Value::Number(lr))],
            values: vec![("lr".to_owned(), Value::Number(lr))].into(),
            settings: settings(),
        },
        runs: runs
            .into_iter()
            .zip(0..)
            .map(|(trained, seed)| RunResult {
                run: Run {
                    cell: index,
                    seed,
                    id: RunId([seed as u8; 16]),
                },
                trained: trained.map(|(trace, timing)| (trace.into(), timing)),
            })
            .collect(),
    };
    Results {
        cells: cells.into_iter().enumerate().map(cell).collect(),
        ..Results::default()
    }
}
