//! What a run records, the same for all executors: losses, layers, predictions, and facts about its data.
//!
//! [`record`] has the main type; the functions here give the traces of runs that did not train.

pub mod constant;
pub mod curve;
pub mod facts;
mod known_losses;
pub mod observe;
pub mod outputs;
pub mod record;
pub mod trajectory;

use super::Job;
use crate::identity::canonical;
use crate::trace::{Outcome, Trace};

/// Returns the trace of a run that failed with this message.
pub fn failed(job: &Job, engine: &str, message: String) -> Trace {
    not_trained(job, engine, Outcome::Crashed { message })
}

/// Returns the trace of a run without training: its settings, its data if any, and its outcome.
pub fn not_trained(job: &Job, engine: &str, outcome: Outcome) -> Trace {
    Trace {
        outcome,
        data: facts::facts(job),
        ..before(job, engine)
    }
}

/// Returns the trace of a run before training, without facts about its data.
pub fn before(job: &Job, engine: &str) -> Trace {
    let settings = job.settings;
    let solver = settings.solving.map(|solving| solving.solver.name());
    Trace {
        seed: job.seed,
        executor: engine.to_owned(),
        loss: Some(settings.loss.name().to_owned()),
        optimizer: Some(solver.unwrap_or(settings.optimizer.name()).to_owned()),
        input_normalization: settings
            .norm_at(|at| at.input)
            .map(|norm| norm.name().to_owned()),
        ..Trace::new(canonical(settings))
    }
}
